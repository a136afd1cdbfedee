use std::sync::Arc;
use std::time::Duration;

use odd_contracts::Timestamp;
use odd_core::Clock;
use odd_core::ports::{ErrorChain, EventLog, Lag, StoreError, ViewSnapshot, Views};

/// Time between two checks of the views' position. The views have no notifications: with Redis behind them, another
/// process updates them.
const CHECK_EVERY: Duration = Duration::from_millis(20);

/// Time limit for reading the end of the log. Figures come from the views, so a slow store must not hold them up.
const LOG_LIMIT: Duration = Duration::from_secs(1);

/// Compares the views with the event log that they are folded from.
#[derive(Clone)]
pub(crate) struct Freshness {
    log: Arc<dyn EventLog>,
    views: Arc<dyn Views>,
    clock: Arc<dyn Clock>,
}

impl Freshness {
    pub(crate) fn new(
        log: Arc<dyn EventLog>,
        views: Arc<dyn Views>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self { log, views, clock }
    }

    /// Returns the `asOf` of figures that were read from the views at `snapshot` or later: every event committed
    /// before that time is included. It is the present when nothing is missing, else the time of the first missing
    /// event.
    ///
    /// # Errors
    /// When the log cannot be read and the views are empty.
    pub(crate) async fn as_of(&self, snapshot: &ViewSnapshot) -> Result<Timestamp, StoreError> {
        // Read before the end of the log: what is committed later must not count as included.
        let now = self.clock.now();
        let measuring = Lag::measure(self.log.as_ref(), snapshot.position);
        let measured = tokio::time::timeout(LOG_LIMIT, measuring)
            .await
            .unwrap_or_else(|late| {
                Err(StoreError::unavailable(
                    "the event log did not answer in time",
                    late,
                ))
            });
        match measured {
            Ok(lag) if lag.entries == 0 => Ok(now),
            Ok(Lag {
                since: Some(at), ..
            }) => Ok(at.min(now)),
            Ok(_) => Ok(snapshot.last_event_at.unwrap_or(now)),
            // Figures stay available without the log. The last event that they include is a lower bound.
            Err(error) => snapshot.last_event_at.ok_or(error),
        }
    }

    /// Waits until the views include everything that is committed now, for at most `limit`. Returns early when the log
    /// or the views cannot be read. The `asOf` of the figures shows their age in every case.
    pub(crate) async fn wait_until_current(&self, limit: Duration) {
        let caught_up = async {
            let end = self.log.head().await?;
            while self.views.position().await? < end {
                tokio::time::sleep(CHECK_EVERY).await;
            }
            Ok::<_, StoreError>(())
        };
        if let Ok(Err(error)) = tokio::time::timeout(limit, caught_up).await {
            tracing::debug!(error = %ErrorChain(&error), "cannot wait for the views");
        }
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use async_trait::async_trait;
    use odd_contracts::JobId;
    use odd_core::ports::{EventQuery, LogRecord, Position, TimeRange};
    use odd_core::{Bucket, SystemClock};
    use tokio::time::Instant;

    use super::*;

    /// A log that ends at this position. Nothing is read from it.
    pub(crate) struct LogEnd(pub(crate) u64);

    #[async_trait]
    impl EventLog for LogEnd {
        async fn head(&self) -> Result<Position, StoreError> {
            Ok(Position(self.0))
        }

        async fn read_after(&self, _: Position, _: usize) -> Result<Vec<LogRecord>, StoreError> {
            Ok(Vec::new())
        }

        async fn replay(
            &self,
            _: Box<dyn FnMut(Vec<LogRecord>) + Send>,
        ) -> Result<Position, StoreError> {
            Ok(Position(self.0))
        }

        async fn query(
            &self,
            _: EventQuery,
        ) -> Result<(Vec<LogRecord>, Option<Position>), StoreError> {
            Ok((Vec::new(), None))
        }

        async fn job_history(&self, _: JobId, _: usize) -> Result<Vec<LogRecord>, StoreError> {
            Ok(Vec::new())
        }
    }

    /// A log of a store that does not answer.
    struct SilentLog;

    #[async_trait]
    impl EventLog for SilentLog {
        async fn head(&self) -> Result<Position, StoreError> {
            std::future::pending().await
        }

        async fn read_after(&self, _: Position, _: usize) -> Result<Vec<LogRecord>, StoreError> {
            std::future::pending().await
        }

        async fn replay(
            &self,
            _: Box<dyn FnMut(Vec<LogRecord>) + Send>,
        ) -> Result<Position, StoreError> {
            std::future::pending().await
        }

        async fn query(
            &self,
            _: EventQuery,
        ) -> Result<(Vec<LogRecord>, Option<Position>), StoreError> {
            std::future::pending().await
        }

        async fn job_history(&self, _: JobId, _: usize) -> Result<Vec<LogRecord>, StoreError> {
            std::future::pending().await
        }
    }

    /// Views that advance by one entry each time their position is read.
    #[derive(Default)]
    struct AdvancingViews(AtomicU64);

    #[async_trait]
    impl Views for AdvancingViews {
        async fn position(&self) -> Result<Position, StoreError> {
            Ok(Position(self.0.fetch_add(1, Ordering::Relaxed)))
        }

        async fn apply(&self, _: Vec<LogRecord>) -> Result<(), StoreError> {
            Ok(())
        }

        async fn snapshot(&self) -> Result<ViewSnapshot, StoreError> {
            Ok(ViewSnapshot::default())
        }

        async fn buckets(&self, _: TimeRange) -> Result<Vec<Bucket>, StoreError> {
            Ok(Vec::new())
        }

        async fn digest(&self) -> Result<String, StoreError> {
            Ok(String::new())
        }
    }

    async fn wait(log_end: u64, limit: Duration) -> (u64, Duration) {
        let views = Arc::new(AdvancingViews::default());
        let log = Arc::new(LogEnd(log_end));
        let freshness = Freshness::new(log, views.clone(), Arc::new(SystemClock));
        let begun = Instant::now();
        freshness.wait_until_current(limit).await;
        (views.0.load(Ordering::Relaxed), begun.elapsed())
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_ends_when_the_views_reach_the_end_of_the_log() {
        let (checks, waited) = wait(3, Duration::from_secs(60)).await;
        assert_eq!((checks, waited), (4, CHECK_EVERY * 3));
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_ends_at_its_limit() {
        let (_, waited) = wait(u64::MAX, Duration::from_secs(2)).await;
        assert_eq!(waited, Duration::from_secs(2));
    }

    #[tokio::test(start_paused = true)]
    async fn current_views_are_not_waited_for() {
        let (checks, waited) = wait(0, Duration::from_secs(60)).await;
        assert_eq!((checks, waited), (1, Duration::ZERO));
    }

    #[tokio::test(start_paused = true)]
    async fn silent_log_delays_figures_by_a_bounded_time() {
        let views = Arc::new(AdvancingViews::default());
        let freshness = Freshness::new(Arc::new(SilentLog), views, Arc::new(SystemClock));
        let snapshot = ViewSnapshot {
            last_event_at: Some(Timestamp::from_micros(7)),
            ..ViewSnapshot::default()
        };
        let begun = Instant::now();
        let as_of = freshness.as_of(&snapshot).await;
        assert_eq!(as_of.expect("a lower bound"), Timestamp::from_micros(7));
        freshness.wait_until_current(Duration::from_secs(2)).await;
        assert_eq!(begun.elapsed(), LOG_LIMIT + Duration::from_secs(2));
    }
}
