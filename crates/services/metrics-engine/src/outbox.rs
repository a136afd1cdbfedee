use std::sync::Arc;
use std::time::Duration;

use odd_core::ports::{Clock, ErrorChain, Outbox};
use odd_service_kit::Metrics;
use tokio::time::{MissedTickBehavior, interval};

use crate::costly::repeat_costly;
use crate::measured_gauge::MeasuredGauge;

const MEASURE_EVERY: Duration = Duration::from_secs(5);

/// Updates the gauges of the outbox.
pub(crate) struct OutboxGauges {
    outbox: Arc<dyn Outbox>,
    clock: Arc<dyn Clock>,
    events: MeasuredGauge<u64>,
    oldest: MeasuredGauge<f64>,
}

impl OutboxGauges {
    pub(crate) fn register(
        metrics: &mut Metrics,
        outbox: Arc<dyn Outbox>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            outbox,
            clock,
            events: MeasuredGauge::register(metrics, "observatory_outbox_events"),
            oldest: MeasuredGauge::register(metrics, "observatory_outbox_oldest_seconds"),
        }
    }

    /// Runs until dropped. The age is measured often even while counting takes long.
    pub(crate) async fn run(self) {
        tokio::join!(repeat_costly(|| self.count_events()), async {
            let mut tick = interval(MEASURE_EVERY);
            tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
            loop {
                tick.tick().await;
                self.measure_age().await;
            }
        });
    }

    /// Returns `false` if the events cannot be counted.
    async fn count_events(&self) -> bool {
        match self.outbox.count_events().await {
            Ok(events) => self.events.set(events),
            Err(error) => {
                tracing::warn!(error = %ErrorChain(&error), "failed to count the events in the outbox; retrying");
                self.events.failed();
                return false;
            }
        }
        true
    }

    async fn measure_age(&self) {
        match self.outbox.oldest_commit().await {
            Ok(oldest) => {
                let now = self.clock.now();
                let age = oldest.map_or(0.0, |at| now.fractional_millis_since(at) / 1_000.0);
                self.oldest.set(age);
            }
            Err(error) => {
                tracing::warn!(error = %ErrorChain(&error), "failed to measure the age of the outbox; retrying");
                self.oldest.failed();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicBool, Ordering};

    use async_trait::async_trait;
    use odd_contracts::Timestamp;
    use odd_core::SystemClock;
    use odd_core::ports::{LogRecord, Position, StoreError};
    use odd_service_kit::ServiceInfo;

    use super::*;

    /// An outbox with seven events that can be unavailable.
    #[derive(Default)]
    struct SevenEvents {
        is_down: AtomicBool,
    }

    impl SevenEvents {
        fn answer<T>(&self, answer: T) -> Result<T, StoreError> {
            match self.is_down.load(Ordering::SeqCst) {
                true => Err(StoreError::Unavailable("stopped by the test".into())),
                false => Ok(answer),
            }
        }
    }

    #[async_trait]
    impl Outbox for SevenEvents {
        async fn unpublished(
            &self,
            _: Duration,
            _: usize,
        ) -> Result<Vec<(Position, Vec<LogRecord>)>, StoreError> {
            self.answer(Vec::new())
        }

        async fn count_events(&self) -> Result<u64, StoreError> {
            self.answer(7)
        }

        async fn oldest_commit(&self) -> Result<Option<Timestamp>, StoreError> {
            self.answer(Some(SystemClock.now().minus_millis(90_000)))
        }

        async fn mark_published(&self, _: &[Position]) -> Result<(), StoreError> {
            self.answer(())
        }
    }

    #[tokio::test]
    async fn outbox_has_gauges_only_while_it_can_be_measured() {
        let mut metrics = Metrics::new(&ServiceInfo::new("metrics-engine", "1.2.3", "abc"));
        let outbox = Arc::new(SevenEvents::default());
        let clock = Arc::new(SystemClock);
        let gauges = OutboxGauges::register(&mut metrics, outbox.clone(), clock);
        let samples = || {
            let text = metrics.render();
            let samples = text
                .lines()
                .filter(|it| it.starts_with("observatory_outbox_"));
            let values = samples.filter_map(|it| it.rsplit_once(' ')?.1.parse::<f64>().ok());
            values.collect::<Vec<_>>()
        };
        assert!(samples().is_empty());
        assert!(gauges.count_events().await);
        gauges.measure_age().await;
        let measured = samples();
        assert!((measured[0] - 7.0).abs() < 0.1, "{measured:?}");
        assert!((90.0..100.0).contains(&measured[1]), "{measured:?}");
        outbox.is_down.store(true, Ordering::SeqCst);
        for failures in 1..=3 {
            assert!(!gauges.count_events().await);
            gauges.measure_age().await;
            assert_eq!(samples().is_empty(), failures == 3);
        }
    }
}
