use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use odd_contracts::{
    CorrelationId, Job, JobId, JobStatus, JobType, LogLine, Progress, QueueName, RawJson, Timestamp,
};

use crate::ports::StoreError;
use crate::{AttemptResult, NewJob};

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

/// The longest message that the contracts of jobs and events allow; a refusal may quote the payload.
const MAX_MESSAGE_CHARS: usize = 4_096;

/// Log lines that a store keeps of one attempt; later lines are dropped.
pub const MAX_LOG_LINES_PER_ATTEMPT: u32 = 1_000;

/// Milliseconds after which a store forgets a worker that no longer reports.
pub const WORKER_RETENTION_MS: u64 = 24 * 60 * 60 * 1_000;

/// Decides, inside the claim, whether a payload suits its type. Must be quick and pure.
pub trait Admission: Send + Sync + 'static {
    /// # Errors
    /// Why the payload cannot be run, for people.
    fn admit(&self, job_type: &JobType, payload: Option<&str>) -> Result<(), String>;
}

/// What a worker asks for.
#[derive(Clone)]
pub struct ClaimRequest {
    /// Who asks.
    pub worker_id: Arc<str>,
    /// Only these types; all when absent.
    pub types: Option<Arc<[JobType]>>,
    /// Only these queues; all when absent.
    pub queues: Option<Arc<[QueueName]>>,
    /// At most this many.
    pub limit: usize,
    /// How long each lease holds.
    pub lease: Duration,
    /// How long to wait for the first job when none is ready.
    pub wait: Duration,
    /// Checks payloads; jobs it refuses are FAILED and not returned.
    pub admission: Arc<dyn Admission>,
}

impl ClaimRequest {
    /// Returns the duration of each lease in milliseconds.
    pub fn lease_ms(&self) -> u64 {
        u64::try_from(self.lease.as_millis()).unwrap_or(u64::MAX)
    }

    /// Asks whether a payload can be run. The check is a handler author's code: when it panics, that is the one job's
    /// failure.
    ///
    /// # Errors
    /// Why not, as events and jobs may say it.
    pub fn admit(&self, job_type: &JobType, payload: Option<&str>) -> Result<(), String> {
        catch_unwind(AssertUnwindSafe(|| self.admission.admit(job_type, payload)))
            .unwrap_or_else(|_| Err("the check of the payload panicked".into()))
            .map_err(|message| message.chars().take(MAX_MESSAGE_CHARS).collect())
    }
}

/// The right to decide about one attempt. The attempt number is the fencing token: it only grows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lease {
    /// The job.
    pub job_id: JobId,
    /// The attempt.
    pub attempt: u32,
}

/// A job in a worker's hands; its claim has been committed.
#[derive(Debug, Clone)]
pub struct ClaimedJob {
    /// To renew and to finish with.
    pub lease: Lease,
    /// When the lease ends unless renewed, by the store's clock.
    pub lease_expires_at: Timestamp,
    /// Selects the handler.
    pub job_type: JobType,
    /// Where it waited.
    pub queue: QueueName,
    /// The handler's input.
    pub payload: Option<RawJson>,
    /// The run of the job.
    pub run: u32,
    /// Longest run of this attempt.
    pub timeout_ms: u64,
    /// Which of the counted attempts of its run this is, from 1.
    pub attempt_of_run: u32,
    /// Whether no further attempt would follow a failure.
    pub is_last_attempt: bool,
    /// The request that submitted it.
    pub correlation_id: CorrelationId,
    /// When it was submitted.
    pub created_at: Timestamp,
}

/// An attempt that is over.
#[derive(Debug, Clone, PartialEq)]
pub struct EndedAttempt {
    /// The right to say so.
    pub lease: Lease,
    /// How it ended.
    pub result: AttemptResult,
}

/// The lease expired and the job has moved on; whatever the worker did no longer counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the lease of attempt {} of job {} is no longer valid", .0.attempt, .0.job_id)]
pub struct StaleLease(pub Lease);

/// Why a worker's word was not taken.
#[derive(Debug, Clone, thiserror::Error)]
pub enum LeaseError {
    /// The lease no longer counts.
    #[error(transparent)]
    Stale(#[from] StaleLease),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What those who wait for something want to know without asking again and again. A hint, never a promise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hint {
    /// How often a running job was asked to stop; renewing the leases tells which.
    pub cancel_requests: u64,
    /// When the next waiting job may be due.
    pub next_due: Option<Timestamp>,
}

/// What renewing a lease told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renewal {
    /// It holds until then.
    Renewed {
        /// By the store's clock.
        expires_at: Timestamp,
        /// Whether the job should stop.
        cancel_requested: bool,
    },
    /// It is gone.
    Lost,
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

/// A worker as others see it.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkerRecord {
    /// Unique per process.
    pub worker_id: String,
    /// Types it handles; all when absent.
    pub types: Option<Vec<JobType>>,
    /// Jobs it runs at once.
    pub concurrency: u32,
    /// Jobs it runs now.
    pub busy: u32,
    /// When it last said so.
    pub seen_at: Timestamp,
}

/// The authoritative store. Every method that changes a job appends the events of the change in the same
/// transaction; when it returns `Ok`, both are durable.
#[async_trait]
pub trait JobStore: Send + Sync + 'static {
    /// Stores all jobs or none, in order. Repeats (same id or idempotency key, same fingerprint) are answered
    /// with the first result.
    async fn submit(&self, jobs: Arc<[NewJob]>) -> Result<Vec<Submitted>, SubmitError>;

    /// Takes up to `limit` ready jobs, highest priority first, then longest ready. Waits up to `wait` while
    /// there is none. When the future is dropped, claims it would have returned are released unharmed.
    async fn claim(&self, request: ClaimRequest) -> Result<Vec<ClaimedJob>, StoreError>;

    /// Records how attempts ended and moves their jobs on. Answers for each, in order, the job's new status, or
    /// that its lease was stale and nothing was changed.
    async fn finish(
        &self,
        ended: Arc<[EndedAttempt]>,
    ) -> Result<Vec<Result<JobStatus, StaleLease>>, StoreError>;

    /// Extends leases to `lease` from now, in the order asked.
    async fn renew(&self, leases: Vec<Lease>, lease: Duration) -> Result<Vec<Renewal>, StoreError>;

    /// Records progress of a running attempt.
    async fn record_progress(&self, lease: Lease, progress: Progress) -> Result<(), LeaseError>;

    /// Appends log lines of a running attempt; lines beyond [`MAX_LOG_LINES_PER_ATTEMPT`] are dropped.
    async fn append_log(&self, lease: Lease, lines: Vec<LogLine>) -> Result<(), LeaseError>;

    /// Cancels a waiting job, or asks a running one to stop.
    async fn cancel(&self, job: JobId, cause: CorrelationId) -> Result<Job, CommandError>;

    /// Starts a new run of a FAILED or CANCELLED job.
    async fn retry(&self, job: JobId, cause: CorrelationId) -> Result<Job, CommandError>;

    /// Takes a FAILED job out of the dead letters; retention removes it in time.
    async fn drop_dead_letter(&self, job: JobId) -> Result<(), CommandError>;

    /// Moves up to `limit` SCHEDULED and RETRYING jobs whose time has come to PENDING. Returns how many, and
    /// when the next one is due.
    async fn promote_due(&self, limit: usize) -> Result<(usize, Option<Timestamp>), StoreError>;

    /// Ends up to `limit` attempts whose lease has expired. Returns how many.
    async fn expire_leases(&self, limit: usize) -> Result<usize, StoreError>;

    /// Waits until the store's hint differs from `last`, and returns it. Cancel-safe.
    async fn next_hint(&self, last: Hint) -> Hint;

    /// Waits until this process is the one that does what happens by time alone: promoting, pruning, publishing what was
    /// left behind. A store that one process has to itself answers at once. Ask before each round: the office passes on
    /// when a process ends or is silent for too long. Doing such work without it costs time, and harms nothing.
    /// Cancel-safe.
    async fn wait_for_leadership(&self) -> Result<(), StoreError>;

    /// Removes up to `limit` terminal jobs that finished before `before`, with their history; dead letters stay.
    /// Returns how many.
    async fn prune(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError>;

    /// Announces a worker, or that it still lives.
    async fn record_worker(&self, worker: WorkerRecord) -> Result<(), StoreError>;

    /// Keeps a message that failed its contract, with the reason, for an operator to look at.
    async fn quarantine_message(
        &self,
        message: Vec<u8>,
        reason: String,
        correlation: Option<CorrelationId>,
    ) -> Result<(), StoreError>;
}
