use async_trait::async_trait;
use odd_contracts::{EventType, JobId, JobStatus, JobType, QueueName, Timestamp};
use std::sync::Arc;

use crate::JobEvent;
use crate::ports::StoreError;

/// A place in the event log. Opaque but ordered: reading after a position yields every later entry once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Position(pub u64);

/// A log entry and where it stands.
#[derive(Debug, Clone, PartialEq)]
pub struct LogRecord {
    /// Where.
    pub position: Position,
    /// What.
    pub entry: LogEntry,
}

/// What the log holds.
#[derive(Debug, Clone, PartialEq)]
pub enum LogEntry {
    /// A public event.
    Event(Arc<JobEvent>),
    /// Jobs that retention removed, so that views stop counting them. Never leaves the system.
    Pruned {
        /// Their type.
        job_type: JobType,
        /// Their queue.
        queue: QueueName,
        /// Their terminal status.
        status: JobStatus,
        /// How many.
        count: u64,
        /// They finished before this time: from then on the history is whole, before it there are gaps.
        before: Timestamp,
    },
}

/// Which events a page shows, newest first.
#[derive(Debug, Clone, Default)]
pub struct EventQuery {
    /// Of one job.
    pub job_id: Option<JobId>,
    /// Of one type.
    pub event_type: Option<EventType>,
    /// Not older than.
    pub since: Option<Timestamp>,
    /// Before this position: the cursor of the page before.
    pub before: Option<Position>,
    /// At most this many.
    pub limit: usize,
}

/// The append-only history: outbox and audit trail at once.
#[async_trait]
pub trait EventLog: Send + Sync + 'static {
    /// The position of the newest committed entry.
    async fn head(&self) -> Result<Position, StoreError>;

    /// Up to `limit` entries after `after`, in log order; per job that is version order.
    async fn read_after(&self, after: Position, limit: usize)
    -> Result<Vec<LogRecord>, StoreError>;

    /// Everything up to the head at the time of the call, from one consistent snapshot, in chunks, for
    /// rebuilding views. `Pruned` entries come with a count of zero, as the jobs they speak of are gone too.
    /// Returns that head.
    async fn replay(
        &self,
        each: Box<dyn FnMut(Vec<LogRecord>) + Send>,
    ) -> Result<Position, StoreError>;

    /// A page of events, newest first. The position of the last one continues the listing; fewer than
    /// `limit` means the end, unless `more` is set: a bounded scan ended early.
    async fn query(
        &self,
        query: EventQuery,
    ) -> Result<(Vec<LogRecord>, Option<Position>), StoreError>;

    /// All events of one job in version order, at most `limit`.
    async fn job_history(&self, job: JobId, limit: usize) -> Result<Vec<LogRecord>, StoreError>;
}
