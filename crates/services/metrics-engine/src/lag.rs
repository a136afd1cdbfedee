use std::sync::Arc;
use std::time::Duration;

use odd_core::ports::{Archive, Clock, ErrorChain, EventLog, Lag, Position, StoreError, Views};
use tokio::time::{MissedTickBehavior, interval};

use crate::metrics::{ARCHIVE, ByConsumer, EngineMetrics, VIEWS};

const MEASURE_EVERY: Duration = Duration::from_secs(5);

/// Updates the gauges that show how far the views and the archive are behind the log. While a consumer's position cannot
/// be read, its last known position is used; before its lag was measured once, it has no gauges.
pub(crate) struct LagGauges {
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) views: Arc<dyn Views>,
    pub(crate) archive: Option<Arc<dyn Archive>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) metrics: Arc<EngineMetrics>,
}

/// What is known about one consumer.
#[derive(Default)]
struct ConsumerState {
    /// The last position that the consumer reported.
    position: Option<Position>,
    /// The last lag that could be measured.
    lag: Option<Lag>,
}

impl LagGauges {
    /// Runs until dropped. The consumers are measured independently: a slow one does not delay the other.
    pub(crate) async fn run(self) {
        tokio::join!(self.watch(&VIEWS, || self.views.position()), async {
            if let Some(archive) = &self.archive {
                self.watch(&ARCHIVE, || archive.position()).await;
            }
        });
    }

    async fn watch<F>(&self, consumer: &ByConsumer, position: impl Fn() -> F)
    where
        F: Future<Output = Result<Position, StoreError>>,
    {
        let mut tick = interval(MEASURE_EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut state = ConsumerState::default();
        loop {
            tick.tick().await;
            state.position = position().await.ok().or(state.position);
            self.measure(consumer, &mut state).await;
        }
    }

    async fn measure(&self, consumer: &ByConsumer, state: &mut ConsumerState) {
        let Some(position) = state.position else {
            return;
        };
        match Lag::measure(self.log.as_ref(), position).await {
            // Without a time, the last known one still holds while anything is unprocessed.
            Ok(lag) if lag.entries > 0 => {
                let last = state.lag.as_ref().and_then(|last| last.since);
                let since = lag.since.or(last);
                state.lag = Some(Lag { since, ..lag });
            }
            Ok(lag) => state.lag = Some(lag),
            Err(error) => {
                tracing::debug!(error = %ErrorChain(&error), "the log could not be read to measure consumer lag");
            }
        }
        let Some(lag) = &state.lag else {
            return;
        };
        let now = self.clock.now();
        let millis = lag
            .since
            .map_or(0.0, |since| now.fractional_millis_since(since));
        self.metrics.set_lag(consumer, lag.entries, millis);
    }
}

#[cfg(test)]
mod tests {
    use odd_service_kit::{Metrics, ServiceInfo};
    use odd_testkit::build::new_job;
    use odd_testkit::sqlite_store;

    use super::*;

    #[tokio::test]
    async fn lag_is_the_distance_to_the_end_of_the_log() {
        let store = sqlite_store();
        let mut rendered = Metrics::new(&ServiceInfo::new("metrics-engine", "1.2.3", "abcdef"));
        let gauges = LagGauges {
            log: store.log.clone(),
            views: store.views.clone(),
            archive: None,
            clock: store.clock.clone(),
            metrics: Arc::new(EngineMetrics::register(&mut rendered)),
        };
        let jobs: Vec<_> = (0..300).map(|_| new_job(r#"{"type":"work"}"#)).collect();
        store.store.submit(jobs.into()).await.expect("accepted");
        let mut views = ConsumerState::default();
        let exported = |consumer: &str| {
            let prefix = format!(
                "observatory_consumer_lag_events{{service=\"metrics-engine\",consumer=\"{consumer}\"}} "
            );
            let text = rendered.render();
            let value = text.lines().find_map(|line| line.strip_prefix(&prefix));
            value.map(str::to_owned)
        };
        assert_eq!(exported("metrics-engine"), None, "not measured yet");
        for (position, behind) in [(0, "300"), (120, "180"), (300, "0")] {
            views.position = Some(Position(position));
            gauges.measure(&VIEWS, &mut views).await;
            assert_eq!(exported("metrics-engine").as_deref(), Some(behind));
            assert_eq!(
                views.lag.as_ref().is_some_and(|lag| lag.since.is_some()),
                behind != "0"
            );
        }
        gauges
            .measure(&ARCHIVE, &mut ConsumerState::default())
            .await;
        assert_eq!(exported("archive"), None);
    }
}
