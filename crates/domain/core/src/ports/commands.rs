use std::sync::Arc;

use async_trait::async_trait;
use odd_contracts::{Acceptance, CorrelationId, Job, JobId, JobStatus, Timestamp};

use crate::NewJob;
use crate::ports::StoreError;

/// The answer to one submitted job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Submitted {
    /// Id of the new or existing job.
    pub id: JobId,
    /// Current status of the job.
    pub status: JobStatus,
    /// Time of its acceptance.
    pub accepted_at: Timestamp,
    /// Whether the job is new.
    pub acceptance: Acceptance,
}

/// Why a submission was rejected. No job of it was stored.
#[derive(Debug, Clone, thiserror::Error)]
pub enum SubmitError {
    /// A job with the same idempotency key or id has another body.
    #[error("job {index} of the submission repeats the {what} of job {existing} with another body")]
    Conflict {
        /// Index of the job in the submission.
        index: usize,
        /// What the jobs have in common: `Idempotency-Key` or `id`.
        what: &'static str,
        /// The job that was stored before.
        existing: JobId,
    },
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Why an operator's command was refused.
#[derive(Debug, Clone, thiserror::Error)]
pub enum CommandError {
    /// There is no job with this id.
    #[error("there is no job {0}")]
    NotFound(JobId),
    /// The status of the job does not allow the command.
    #[error("job {id} is {status}")]
    Forbidden {
        /// Id of the job.
        id: JobId,
        /// Status of the job.
        status: JobStatus,
    },
    /// A finished job would become unfinished, and another unfinished job has its unique key.
    #[error("the unfinished job {holder} has the unique key of job {id}")]
    UniqueKeyHeld {
        /// Id of the job.
        id: JobId,
        /// The unfinished job with the key.
        holder: JobId,
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

    /// Starts a new run of a FAILED or CANCELLED job, unless another unfinished job has its unique key by now.
    async fn retry(&self, job: JobId, cause: CorrelationId) -> Result<Job, CommandError>;

    /// Removes a FAILED job from the dead letters. Retention deletes the job later.
    async fn drop_dead_letter(&self, job: JobId) -> Result<(), CommandError>;
}
