use async_trait::async_trait;
use odd_contracts::{CorrelationId, JobError, JobId, JobStatus, JobType, QueueName, Timestamp};
use serde::Serialize;

use crate::ports::{EventQuery, JobQuery, LogRecord, Position, StoreError};

/// A job as its events tell of it. Payload, tags, metadata and limits are not in events.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ArchivedJob {
    /// For the job's whole life.
    pub id: JobId,
    /// Selects the handler.
    #[serde(rename = "type")]
    pub job_type: JobType,
    /// Where it waits.
    pub queue: QueueName,
    /// Where it stands.
    pub status: JobStatus,
    /// Of its newest event.
    pub version: u32,
    /// Higher runs first.
    pub priority: i32,
    /// Attempts begun so far.
    pub attempt: u32,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When its newest event was recorded.
    pub updated_at: Timestamp,
    /// When it may run next, while it waits for a time.
    pub run_at: Option<Timestamp>,
    /// When the last attempt began.
    pub started_at: Option<Timestamp>,
    /// When it reached a terminal status.
    pub finished_at: Option<Timestamp>,
    /// The request that submitted it.
    pub correlation_id: CorrelationId,
    /// The last failure that an event tells of: of an attempt that was lost with its worker, it does when the job
    /// FAILED.
    pub error: Option<JobError>,
}

/// A page of archived jobs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ArchivedJobPage {
    /// In the asked order.
    pub jobs: Vec<ArchivedJob>,
    /// Where to go on; absent at the end.
    pub next: Option<u64>,
}

/// The events of the log, kept for longer than the log keeps them, and what they tell of each job. Disposable:
/// never decides anything; following the log from its start fills it again with what the log still has.
///
/// `Pruned` entries move the position and remove nothing: an archive forgets by age, as it is configured.
#[async_trait]
pub trait Archive: Send + Sync + 'static {
    /// Up to where the log is archived, for those who only look.
    async fn position(&self) -> Result<Position, StoreError>;

    /// The same for a follower: what it hands in from now on has no gap after that.
    async fn begin(&self) -> Result<Position, StoreError> {
        self.position().await
    }

    /// Keeps entries. Repeats and any order come to the same. Entries are handed in by one follower, from where
    /// it began, or by several that do so each.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] also when the archive lost entries that it had: then it is to be followed again
    /// from its position.
    async fn apply(&self, entries: Vec<LogRecord>) -> Result<(), StoreError>;

    /// A page of events, newest first, and where to go on, as [`EventLog::query`](crate::ports::EventLog::query).
    async fn events(
        &self,
        query: EventQuery,
    ) -> Result<(Vec<LogRecord>, Option<Position>), StoreError>;

    /// A page of jobs by creation, as [`JobReader::jobs`](crate::ports::JobReader::jobs), as far as events tell: text is
    /// looked for in id, type and error; dead letters are all that FAILED; no job is found by a tag.
    async fn jobs(&self, query: JobQuery) -> Result<ArchivedJobPage, StoreError>;

    /// SHA-256 over the whole content in a canonical order, but for the position; equal content, equal digest.
    /// Reads everything.
    async fn digest(&self) -> Result<String, StoreError>;

    /// Whether the archive can be used.
    async fn ping(&self) -> Result<(), StoreError>;
}
