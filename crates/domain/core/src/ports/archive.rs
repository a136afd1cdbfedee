use async_trait::async_trait;
use odd_contracts::{CorrelationId, JobError, JobId, JobStatus, JobType, QueueName, Timestamp};
use serde::Serialize;

use crate::ports::{EventQuery, JobQuery, LogRecord, Position, StoreError};

/// A job as reconstructed from its events, which do not contain payload, tags, metadata and limits.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ArchivedJob {
    /// Id of the job.
    pub id: JobId,
    /// Selects the handler.
    #[serde(rename = "type")]
    pub job_type: JobType,
    /// Queue of the job.
    pub queue: QueueName,
    /// Status after its newest event.
    pub status: JobStatus,
    /// Version of its newest event.
    pub version: u32,
    /// Jobs with a higher priority are claimed first.
    pub priority: i32,
    /// Number of the last attempt that started.
    pub attempt: u32,
    /// Time of its acceptance.
    pub created_at: Timestamp,
    /// Time of its newest event.
    pub updated_at: Timestamp,
    /// Earliest start, while it waits for a time.
    pub run_at: Option<Timestamp>,
    /// Start of the last attempt.
    pub started_at: Option<Timestamp>,
    /// Time at which it reached a terminal status.
    pub finished_at: Option<Timestamp>,
    /// Correlation id of the request that submitted it.
    pub correlation_id: CorrelationId,
    /// Last failure that an event contains. The event of a lost attempt contains it only if the job FAILED.
    pub error: Option<JobError>,
}

/// A page of archived jobs.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ArchivedJobPage {
    /// Jobs in the requested order.
    pub jobs: Vec<ArchivedJob>,
    /// Cursor of the next page; absent at the end.
    pub next: Option<u64>,
}

/// The events of the log, kept longer than in the log, and the jobs reconstructed from them. Disposable: no decision depends
/// on it, and it can be rebuilt from the log, except for entries that the log does not have any more.
///
/// `Pruned` entries move the position and remove nothing: an archive has a retention of its own.
#[async_trait]
pub trait Archive: Send + Sync + 'static {
    /// Returns the position up to which the log is archived, without subscribing.
    async fn position(&self) -> Result<Position, StoreError>;

    /// Returns the position from which a follower must apply entries without gaps.
    async fn begin(&self) -> Result<Position, StoreError> {
        self.position().await
    }

    /// Adds entries. Idempotent, and independent of their order. One or more followers may call it, each with all entries
    /// from its own [`begin`](Self::begin) on.
    ///
    /// # Errors
    /// [`StoreError::Unavailable`] also when the archive lost entries: the follower must start again from its position.
    async fn apply(&self, entries: Vec<LogRecord>) -> Result<(), StoreError>;

    /// Returns a page of events, newest first, and the cursor of the next page, like
    /// [`EventLog::query`](crate::ports::EventLog::query).
    async fn events(
        &self,
        query: EventQuery,
    ) -> Result<(Vec<LogRecord>, Option<Position>), StoreError>;

    /// Returns a page of jobs by creation, like [`JobReader::jobs`](crate::ports::JobReader::jobs) with the limits of events:
    /// text is searched in id, type and error; all FAILED jobs are dead letters; no job has a tag.
    async fn jobs(&self, query: JobQuery) -> Result<ArchivedJobPage, StoreError>;

    /// Returns the SHA-256 of the whole content in a canonical order, without the position. Equal content has an equal
    /// digest. Reads everything.
    async fn digest(&self) -> Result<String, StoreError>;

    /// Checks that the archive can be used.
    async fn ping(&self) -> Result<(), StoreError>;
}
