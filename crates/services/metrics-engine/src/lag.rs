use std::sync::Arc;
use std::time::Duration;

use odd_contracts::Timestamp;
use odd_core::ports::{Archive, Clock, EventLog, LogEntry, Position, StoreError, Views};
use tokio::time::{MissedTickBehavior, interval};

use crate::metrics::{ARCHIVE, ByConsumer, EngineMetrics, VIEWS};

const MEASURE_EVERY: Duration = Duration::from_secs(5);

/// Entries looked at to find the first event among them.
const LOOKED_AT: usize = 64;

/// Keeps the gauges of how far the views and the archive are behind the log up to date. Where one cannot be asked, what
/// it last said counts; of one that never said anything there are no gauges.
pub(crate) struct LagGauges {
    pub(crate) log: Arc<dyn EventLog>,
    pub(crate) views: Arc<dyn Views>,
    pub(crate) archive: Option<Arc<dyn Archive>>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) metrics: Arc<EngineMetrics>,
}

/// How far a consumer is behind.
#[derive(Default)]
struct Lag {
    /// Up to where it has taken in the log, as it last said.
    position: Option<Position>,
    events: u64,
    /// When the first event that it has not taken in was recorded; absent when it has taken in everything.
    since: Option<Timestamp>,
}

impl LagGauges {
    /// Runs until dropped. One that answers slowly does not hold up the other.
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
        let mut lag = Lag::default();
        loop {
            tick.tick().await;
            lag.position = position().await.ok().or(lag.position);
            self.measure(consumer, &mut lag).await;
        }
    }

    async fn measure(&self, consumer: &ByConsumer, lag: &mut Lag) {
        let Some(position) = lag.position else {
            return;
        };
        if let Err(error) = self.compare(position, lag).await {
            tracing::debug!(%error, "the log cannot be read to measure how far others are behind");
        }
        let now = self.clock.now();
        let millis = lag
            .since
            .map_or(0.0, |since| now.fractional_millis_since(since));
        self.metrics.behind(consumer, lag.events, millis);
    }

    async fn compare(&self, position: Position, lag: &mut Lag) -> Result<(), StoreError> {
        lag.events = self.log.head().await?.0.saturating_sub(position.0);
        if lag.events == 0 {
            lag.since = None;
            return Ok(());
        }
        let next = self.log.read_after(position, LOOKED_AT).await?;
        let since = next.iter().find_map(|next| match &next.entry {
            LogEntry::Event(event) => Some(event.occurred_at),
            LogEntry::Pruned { .. } => None,
        });
        lag.since = since.or(lag.since);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use odd_service_kit::{Metrics, ServiceInfo};
    use odd_testkit::build::new_job;
    use odd_testkit::sqlite_store;

    use super::*;

    #[tokio::test]
    async fn consumers_are_as_far_behind_as_the_log_says() {
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
        let mut views = Lag::default();
        let shown = |consumer: &str| {
            let prefix = format!(
                "observatory_consumer_lag_events{{service=\"metrics-engine\",consumer=\"{consumer}\"}} "
            );
            let text = rendered.render();
            let value = text.lines().find_map(|line| line.strip_prefix(&prefix));
            value.map(str::to_owned)
        };
        for (position, behind) in [(0, "300"), (120, "180"), (300, "0")] {
            views.position = Some(Position(position));
            gauges.measure(&VIEWS, &mut views).await;
            assert_eq!(shown("metrics-engine").as_deref(), Some(behind));
            assert_eq!(views.since.is_some(), behind != "0");
        }
        gauges.measure(&ARCHIVE, &mut Lag::default()).await;
        assert_eq!(shown("archive"), None);
    }
}
