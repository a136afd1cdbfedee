use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use odd_service_kit::{ComputedGauge, Metrics};
use prometheus_client::encoding::EncodeGaugeValue;

use crate::failures::Failures;

/// A gauge without labels that exists only while it is measured: it has no value before its first measurement, and none
/// after several failed ones, so that no alert rule evaluates a value that was never measured or is out of date.
#[derive(Debug, Clone)]
pub(crate) struct MeasuredGauge<V>(Arc<Mutex<Measured<V>>>);

#[derive(Debug)]
struct Measured<V> {
    value: Option<V>,
    failures: Failures,
}

impl<V: EncodeGaugeValue + Copy + Send + 'static> MeasuredGauge<V> {
    /// Registers the gauge, without a value.
    pub(crate) fn register(metrics: &mut Metrics, name: &str) -> Self {
        let measured = Measured {
            value: None,
            failures: Failures::default(),
        };
        let gauge = Self(Arc::new(Mutex::new(measured)));
        let exported = gauge.clone();
        let exported = ComputedGauge::by_labels(move || {
            let value = exported.lock().value;
            value.map(|value| (Vec::new(), value)).into_iter().collect()
        });
        metrics.register(name, exported);
        gauge
    }

    pub(crate) fn set(&self, value: V) {
        let mut measured = self.lock();
        measured.value = Some(value);
        measured.failures = Failures::default();
    }

    /// Counts a failed measurement. Removes the value if it is out of date.
    pub(crate) fn failed(&self) {
        let mut measured = self.lock();
        if measured.failures.add() {
            measured.value = None;
        }
    }

    fn lock(&self) -> MutexGuard<'_, Measured<V>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use odd_service_kit::ServiceInfo;

    use super::*;

    #[test]
    fn gauge_has_a_value_only_while_it_is_measured() {
        let mut metrics = Metrics::new(&ServiceInfo::new("metrics-engine", "1.2.3", "abc"));
        let gauge = MeasuredGauge::register(&mut metrics, "observatory_dead_letters");
        let exported = || {
            let text = metrics.render();
            let mut lines = text.lines();
            let sample = lines.find_map(|line| {
                line.strip_prefix("observatory_dead_letters{")?
                    .split_once(' ')
            });
            sample.map(|(_, value)| value.to_owned())
        };
        assert_eq!(exported(), None);
        for (jobs, value) in [(7_u64, "7"), (0, "0")] {
            gauge.set(jobs);
            for _ in 0..2 {
                gauge.failed();
                assert_eq!(exported().as_deref(), Some(value));
            }
        }
        gauge.failed();
        assert_eq!(exported(), None);
        gauge.set(1);
        assert_eq!(exported().as_deref(), Some("1"));
    }
}
