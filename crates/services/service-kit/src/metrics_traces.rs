use crate::Metrics;
use crate::metrics_computed::ComputedCounter;
use crate::telemetry::Tracer;

impl Metrics {
    /// Adds the family that counts the spans that were dropped.
    pub fn register_tracer(&mut self, tracer: &Tracer) {
        let tracer = tracer.clone();
        let dropped = ComputedCounter::single(move || tracer.dropped_spans());
        self.register("observatory_spans_dropped", dropped);
    }
}
