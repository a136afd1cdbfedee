use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use odd_core::ports::{Clock, ErrorChain, Outbox};
use odd_service_kit::Metrics;
use prometheus_client::metrics::gauge::Gauge;
use tokio::time::{MissedTickBehavior, interval};

const MEASURE_EVERY: Duration = Duration::from_secs(5);

/// Updates the gauges of the outbox.
pub(crate) struct OutboxGauges {
    outbox: Arc<dyn Outbox>,
    clock: Arc<dyn Clock>,
    events: Gauge,
    oldest: Gauge<f64, AtomicU64>,
}

impl OutboxGauges {
    pub(crate) fn register(
        metrics: &mut Metrics,
        outbox: Arc<dyn Outbox>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let (events, oldest) = (Gauge::default(), Gauge::default());
        metrics.register("observatory_outbox_events", Gauge::clone(&events));
        let shared: Gauge<f64, AtomicU64> = oldest.clone();
        metrics.register("observatory_outbox_oldest_seconds", shared);
        Self {
            outbox,
            clock,
            events,
            oldest,
        }
    }

    /// Runs until dropped.
    pub(crate) async fn run(self) {
        let mut tick = interval(MEASURE_EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            self.measure().await;
        }
    }

    async fn measure(&self) {
        match self.outbox.backlog().await {
            Ok(backlog) => {
                let now = self.clock.now();
                let events = i64::try_from(backlog.events).unwrap_or(i64::MAX);
                self.events.set(events);
                let age = backlog
                    .oldest_at
                    .map_or(0.0, |at| now.fractional_millis_since(at) / 1_000.0);
                self.oldest.set(age);
            }
            Err(error) => {
                tracing::warn!(error = %ErrorChain(&error), "failed to measure the outbox; retrying");
            }
        }
    }
}
