use std::sync::Arc;
use std::time::Duration;

use odd_contracts::Timestamp;
use odd_core::ports::{Archive, Clock, EventLog, LogEntry, Position, StoreError, Views};
use tokio::time::{MissedTickBehavior, interval};

use crate::metrics::{ARCHIVE, ByConsumer, EngineMetrics, VIEWS};

const MEASURE_EVERY: Duration = Duration::from_secs(5);

/// Keeps the gauges of how far the views and the archive are behind the log up to date. Of those that cannot be asked, it
/// measures how far they are behind by what they last said.
pub(crate) struct LagGauges {
    log: Arc<dyn EventLog>,
    views: Arc<dyn Views>,
    archive: Option<Arc<dyn Archive>>,
    clock: Arc<dyn Clock>,
    metrics: Arc<EngineMetrics>,
}

/// What is known of one consumer.
#[derive(Default)]
struct Standing {
    position: Option<Position>,
    /// When the first entry that it has not taken in was recorded; absent when it has taken in everything.
    waiting_since: Option<Timestamp>,
    events: u64,
}

impl LagGauges {
    /// Gauges of how far `views` are behind `log`.
    pub(crate) fn new(
        log: Arc<dyn EventLog>,
        views: Arc<dyn Views>,
        clock: Arc<dyn Clock>,
        metrics: Arc<EngineMetrics>,
    ) -> Self {
        Self {
            log,
            views,
            archive: None,
            clock,
            metrics,
        }
    }

    /// And of how far `archive` is.
    pub(crate) fn and_of(&mut self, archive: Arc<dyn Archive>) {
        self.archive = Some(archive);
    }

    /// Runs until dropped.
    pub(crate) async fn run(self) {
        let mut tick = interval(MEASURE_EVERY);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let (mut views, mut archive) = (Standing::default(), Standing::default());
        loop {
            tick.tick().await;
            self.measure(&VIEWS, &mut views, self.views.position().await)
                .await;
            if let Some(it) = &self.archive {
                self.measure(&ARCHIVE, &mut archive, it.position().await)
                    .await;
            }
        }
    }

    async fn measure(
        &self,
        consumer: &ByConsumer,
        standing: &mut Standing,
        position: Result<Position, StoreError>,
    ) {
        standing.position = position.ok().or(standing.position);
        if let Err(error) = self.compare(standing).await {
            tracing::debug!(%error, "the log cannot be read to measure the lag");
        }
        let since = standing.waiting_since;
        let millis = since.map_or(0.0, |since| self.clock.now().fractional_millis_since(since));
        self.metrics.behind(consumer, standing.events, millis);
    }

    async fn compare(&self, standing: &mut Standing) -> Result<(), StoreError> {
        let position = standing.position.unwrap_or_default();
        let head = self.log.head().await?;
        standing.events = head.0.saturating_sub(position.0);
        if standing.events == 0 {
            standing.waiting_since = None;
            return Ok(());
        }
        let first = self.log.read_after(position, 1).await?;
        let recorded = first.first().and_then(|first| match &first.entry {
            LogEntry::Event(event) => Some(event.occurred_at),
            LogEntry::Pruned { .. } => None,
        });
        standing.waiting_since = recorded.or(standing.waiting_since);
        Ok(())
    }
}
