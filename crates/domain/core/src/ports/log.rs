use async_trait::async_trait;
use odd_contracts::{EventType, JobId, JobStatus, JobType, QueueName, Timestamp};
use std::sync::Arc;

use crate::JobEvent;
use crate::ports::StoreError;

/// A position in the event log. Opaque but ordered: reading after a position returns every later entry once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Position(pub u64);

/// A log entry with its position.
#[derive(Debug, Clone, PartialEq)]
pub struct LogRecord {
    /// Position in the log.
    pub position: Position,
    /// The entry itself.
    pub entry: LogEntry,
}

/// An entry of the event log.
#[derive(Debug, Clone, PartialEq)]
pub enum LogEntry {
    /// A public event.
    Event(Arc<JobEvent>),
    /// Jobs that retention removed: views stop counting them. Never published.
    Pruned {
        /// Type of the jobs.
        job_type: JobType,
        /// Queue of the jobs.
        queue: QueueName,
        /// Terminal status of the jobs.
        status: JobStatus,
        /// Number of jobs.
        count: u64,
        /// The jobs finished before this time. The history from this time on is complete.
        before: Timestamp,
    },
}

/// Filter of a page of events, newest first.
#[derive(Debug, Clone, Default)]
pub struct EventQuery {
    /// Only events of this job.
    pub job_id: Option<JobId>,
    /// Only events of this type.
    pub event_type: Option<EventType>,
    /// Only events at or after this time.
    pub since: Option<Timestamp>,
    /// Only events before this position: the cursor of the previous page.
    pub before: Option<Position>,
    /// Largest number of events on the page.
    pub limit: usize,
}

/// The append-only history of all jobs.
#[async_trait]
pub trait EventLog: Send + Sync + 'static {
    /// Returns the position of the newest committed entry.
    async fn head(&self) -> Result<Position, StoreError>;

    /// Returns up to `limit` entries after `after`, in log order. Entries of one job are in version order.
    async fn read_after(&self, after: Position, limit: usize)
    -> Result<Vec<LogRecord>, StoreError>;

    /// Passes all entries up to the current head to `each`, in chunks, from one consistent snapshot, to rebuild views.
    /// `Pruned` entries have a count of zero, because the events of their jobs are not in the log any more. Returns the
    /// position of that head.
    async fn replay(
        &self,
        each: Box<dyn FnMut(Vec<LogRecord>) + Send>,
    ) -> Result<Position, StoreError>;

    /// Returns a page of events, newest first, and the cursor of the next page, absent at the end. A page may be short and
    /// still have a cursor: scans are bounded.
    async fn query(
        &self,
        query: EventQuery,
    ) -> Result<(Vec<LogRecord>, Option<Position>), StoreError>;

    /// Returns up to `limit` of the newest events of one job, in version order.
    async fn job_history(&self, job: JobId, limit: usize) -> Result<Vec<LogRecord>, StoreError>;
}
