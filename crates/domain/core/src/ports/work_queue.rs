use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use odd_contracts::{
    CorrelationId, JobId, JobStatus, JobType, LogLine, Progress, QueueName, RawJson, Timestamp,
};

use crate::AttemptResult;
use crate::ports::StoreError;

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

/// What a worker needs of the store: claims, leases and results.
///
/// Every method that changes a job appends the events of the change in the same transaction; when it returns `Ok`, both
/// are durable.
#[async_trait]
pub trait WorkQueue: Send + Sync + 'static {
    /// Claims up to `limit` ready jobs, highest priority first, then longest ready. Waits up to `wait` while none is
    /// ready. When the future is dropped, the jobs it would have returned are released; their attempts do not count.
    async fn claim(&self, request: ClaimRequest) -> Result<Vec<ClaimedJob>, StoreError>;

    /// Records how attempts ended and moves their jobs to the next status. Returns, in the order of `ended`, the new
    /// status of each job, or [`StaleLease`] if nothing was changed because the lease was no longer valid.
    async fn finish(
        &self,
        ended: Arc<[EndedAttempt]>,
    ) -> Result<Vec<Result<JobStatus, StaleLease>>, StoreError>;

    /// Extends leases to end `lease` from now. Returns one answer for each, in the given order.
    async fn renew(&self, leases: Vec<Lease>, lease: Duration) -> Result<Vec<Renewal>, StoreError>;

    /// Records progress of a running attempt.
    async fn record_progress(&self, lease: Lease, progress: Progress) -> Result<(), LeaseError>;

    /// Appends log lines of a running attempt; lines beyond [`MAX_LOG_LINES_PER_ATTEMPT`] are dropped.
    async fn append_log(&self, lease: Lease, lines: Vec<LogLine>) -> Result<(), LeaseError>;

    /// Registers a worker, or updates the time it was last seen.
    async fn record_worker(&self, worker: WorkerRecord) -> Result<(), StoreError>;
}
