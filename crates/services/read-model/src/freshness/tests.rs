use std::sync::atomic::{AtomicU64, Ordering};

use async_trait::async_trait;
use futures_util::future::join_all;
use odd_contracts::{JobId, JobStatus, QueueName};
use odd_core::ports::{EventQuery, LogEntry, LogRecord, Position, TimeRange};
use odd_core::{Bucket, FailureGroups, SystemClock};
use tokio::time::Instant;

use super::*;
use crate::position_poller::CHECK_EVERY;

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

    async fn query(&self, _: EventQuery) -> Result<(Vec<LogRecord>, Option<Position>), StoreError> {
        Ok((Vec::new(), None))
    }

    async fn job_history(&self, _: JobId, _: usize) -> Result<Vec<LogRecord>, StoreError> {
        Ok(Vec::new())
    }
}

/// A log of a store that does not answer.
pub(crate) struct SilentLog;

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

    async fn query(&self, _: EventQuery) -> Result<(Vec<LogRecord>, Option<Position>), StoreError> {
        std::future::pending().await
    }

    async fn job_history(&self, _: JobId, _: usize) -> Result<Vec<LogRecord>, StoreError> {
        std::future::pending().await
    }
}

/// Views that advance by one entry each time their position is read, and can be read this many times.
struct AdvancingViews {
    reads: AtomicU64,
    max_reads: u64,
}

impl AdvancingViews {
    fn new(max_reads: u64) -> Arc<Self> {
        let reads = AtomicU64::new(0);
        Arc::new(Self { reads, max_reads })
    }

    fn reads(&self) -> u64 {
        self.reads.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl Views for AdvancingViews {
    async fn position(&self) -> Result<Position, StoreError> {
        let position = self.reads.fetch_add(1, Ordering::Relaxed);
        if position >= self.max_reads {
            return Err(StoreError::Unavailable("gone".into()));
        }
        Ok(Position(position))
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

    async fn failures(&self) -> Result<FailureGroups, StoreError> {
        Ok(FailureGroups::default())
    }

    async fn digest(&self) -> Result<String, StoreError> {
        Ok(String::new())
    }
}

fn freshness(log_end: u64, views: &Arc<AdvancingViews>) -> Freshness {
    let log = Arc::new(LogEnd(log_end));
    Freshness::new(log, views.clone(), Arc::new(SystemClock))
}

async fn wait(log_end: u64, limit: Duration) -> (u64, Duration) {
    let views = AdvancingViews::new(u64::MAX);
    let begun = Instant::now();
    freshness(log_end, &views).wait_until_current(limit).await;
    (views.reads(), begun.elapsed())
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
    let views = AdvancingViews::new(u64::MAX);
    let freshness = Freshness::new(Arc::new(SilentLog), views, Arc::new(SystemClock));
    let snapshot = ViewSnapshot {
        last_event_at: Some(Timestamp::from_micros(7)),
        ..ViewSnapshot::default()
    };
    let begun = Instant::now();
    let as_of = freshness.as_of(&snapshot).await;
    assert_eq!(as_of, Timestamp::from_micros(7));
    freshness.wait_until_current(Duration::from_secs(2)).await;
    assert_eq!(begun.elapsed(), LOG_LIMIT + Duration::from_secs(2));
    // Views without an event still have figures.
    let empty = ViewSnapshot::default();
    assert_eq!(freshness.as_of(&empty).await, UNKNOWN_AGE);
}

#[tokio::test(start_paused = true)]
async fn waiting_ends_when_the_views_cannot_be_read() {
    let views = AdvancingViews::new(2);
    let begun = Instant::now();
    freshness(u64::MAX, &views)
        .wait_until_current(Duration::from_secs(60))
        .await;
    assert_eq!(begun.elapsed(), CHECK_EVERY * 2);
}

#[tokio::test(start_paused = true)]
async fn requests_that_wait_share_one_poll() {
    let views = AdvancingViews::new(u64::MAX);
    let freshness = freshness(3, &views);
    let begun = Instant::now();
    let minute = Duration::from_secs(60);
    join_all((0..50).map(|_| freshness.wait_until_current(minute))).await;
    assert_eq!((views.reads(), begun.elapsed()), (4, CHECK_EVERY * 3));
    tokio::time::advance(minute).await;
    assert_eq!(views.reads(), 4, "the poll has ended");
}

#[tokio::test(start_paused = true)]
async fn requests_beyond_the_limit_do_not_wait() {
    let views = AdvancingViews::new(u64::MAX);
    let freshness = freshness(u64::MAX, &views);
    let limit = Duration::from_secs(60);
    let begun = Instant::now();
    let waiting = join_all((0..MAX_WAITING).map(|_| freshness.wait_until_current(limit)));
    tokio::select! {
        biased;
        _ = waiting => panic!("the views never reach the end of the log"),
        () = freshness.wait_until_current(limit) => {}
    }
    assert_eq!(begun.elapsed(), Duration::ZERO);
    // The others were dropped above, so one request can wait again.
    freshness.wait_until_current(limit).await;
    assert_eq!(begun.elapsed(), limit);
}

/// A log whose unprocessed entries are about pruned jobs.
struct PrunedLog;

#[async_trait]
impl EventLog for PrunedLog {
    async fn head(&self) -> Result<Position, StoreError> {
        Ok(Position(100))
    }

    async fn read_after(&self, _: Position, limit: usize) -> Result<Vec<LogRecord>, StoreError> {
        let entry = |position| LogRecord {
            position: Position(position),
            entry: LogEntry::Pruned {
                job_type: "echo".parse().expect("a job type"),
                queue: QueueName::default(),
                status: JobStatus::Completed,
                count: 1,
                before: Timestamp::from_micros(5),
            },
        };
        Ok((1..=100).take(limit).map(entry).collect())
    }

    async fn replay(
        &self,
        _: Box<dyn FnMut(Vec<LogRecord>) + Send>,
    ) -> Result<Position, StoreError> {
        Ok(Position(100))
    }

    async fn query(&self, _: EventQuery) -> Result<(Vec<LogRecord>, Option<Position>), StoreError> {
        Ok((Vec::new(), None))
    }

    async fn job_history(&self, _: JobId, _: usize) -> Result<Vec<LogRecord>, StoreError> {
        Ok(Vec::new())
    }
}

#[tokio::test]
async fn figures_that_lack_only_entries_about_pruned_jobs_have_a_lower_bound() {
    let views = AdvancingViews::new(u64::MAX);
    let freshness = Freshness::new(Arc::new(PrunedLog), views, Arc::new(SystemClock));
    // Retention may also have removed the last event of the views.
    let without_event = freshness.as_of(&ViewSnapshot::default()).await;
    assert_eq!(without_event, Timestamp::from_micros(5));
    let last_event_at = Timestamp::from_micros(7);
    let folded = ViewSnapshot {
        last_event_at: Some(last_event_at),
        ..ViewSnapshot::default()
    };
    assert_eq!(freshness.as_of(&folded).await, last_event_at);
}
