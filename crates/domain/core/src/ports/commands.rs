use std::sync::Arc;

use async_trait::async_trait;
use odd_contracts::{CorrelationId, Job, JobId, JobStatus, Timestamp};

use crate::NewJob;
use crate::ports::StoreError;

/// What became of one submitted job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Acceptance {
    /// A new job was stored.
    Created,
    /// The same submission had been accepted before.
    Replayed,
    /// An unfinished job with the same unique key stands in its place.
    UniqueExists,
}

/// The answer to one submitted job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Submitted {
    /// The job: new, or the one that was there.
    pub id: JobId,
    /// Its status now.
    pub status: JobStatus,
    /// When it was accepted.
    pub accepted_at: Timestamp,
    /// New or not.
    pub acceptance: Acceptance,
}

/// Why a submission was not accepted. Nothing of it was stored.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SubmitError {
    /// The idempotency key or id was used before for something else.
    #[error("job {index} of the submission repeats the {what} of job {existing} with another body")]
    Conflict {
        /// Index in the submission.
        index: usize,
        /// `Idempotency-Key` or `id`.
        what: &'static str,
        /// The job that has it.
        existing: JobId,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why an operator's command was refused.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CommandError {
    /// No such job.
    #[error("there is no job {0}")]
    NotFound(JobId),
    /// The job's status forbids it.
    #[error("job {id} is {status}")]
    Forbidden {
        /// The job.
        id: JobId,
        /// Where it stands.
        status: JobStatus,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Submits jobs and carries out operators' commands.
///
/// Every method that changes a job appends the events of the change in the same transaction; when it returns `Ok`, both
/// are durable.
#[async_trait]
pub trait JobCommands: Send + Sync + 'static {
    /// Stores all jobs or none, in order. Repeated submissions (same id or idempotency key, same fingerprint) return the
    /// result of the first one.
    async fn submit(&self, jobs: Arc<[NewJob]>) -> Result<Vec<Submitted>, SubmitError>;

    /// Cancels a waiting job, or requests that a running one stop.
    async fn cancel(&self, job: JobId, cause: CorrelationId) -> Result<Job, CommandError>;

    /// Starts a new run of a FAILED or CANCELLED job.
    async fn retry(&self, job: JobId, cause: CorrelationId) -> Result<Job, CommandError>;

    /// Removes a FAILED job from the dead letters. Retention deletes the job later.
    async fn drop_dead_letter(&self, job: JobId) -> Result<(), CommandError>;
}
