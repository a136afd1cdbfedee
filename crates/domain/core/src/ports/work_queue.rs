use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use odd_contracts::{
    CorrelationId, JobError, JobId, JobStatus, JobType, LogLine, Progress, QueueName, RawJson,
    Timestamp, TraceContext,
};

use crate::AttemptResult;
use crate::ports::{StoreError, WorkerRecord};

/// Log lines that a store keeps of one attempt; later lines are dropped.
pub const MAX_LOG_LINES_PER_ATTEMPT: u32 = 1_000;

/// Checks payloads inside a claim. Must be fast and pure.
pub trait Admission: Send + Sync + 'static {
    /// Checks that the handler of `job_type` can run a payload.
    ///
    /// # Errors
    /// Why it cannot, for operators.
    fn admit(&self, job_type: &JobType, payload: Option<&str>) -> Result<(), String>;

    /// Reports a job that was refused, after the commit of its claim: a claim whose transaction fails refuses nothing.
    /// Must be fast.
    fn refused(&self, _job: &RefusedJob) {}
}

/// A job that FAILED in a claim because its payload was refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RefusedJob {
    /// Type of the job.
    pub job_type: JobType,
    /// Run of the job that was refused, from 1.
    pub run: u32,
}

/// Jobs that a worker claims beyond the number that it can run at once, because they end as soon as they start.
#[derive(Debug, Clone, Default)]
pub struct ClaimAhead {
    /// Types of such jobs.
    pub types: Arc<[JobType]>,
    /// Largest number of further jobs.
    pub limit: usize,
}

/// How many of the next ready jobs a claim takes. A job that it may not take ends the claim, because later jobs must not
/// overtake it.
#[derive(Clone, Copy)]
pub struct ClaimQuota<'a> {
    request: &'a ClaimRequest,
    taken: usize,
}

/// A worker's request for ready jobs.
#[derive(Clone)]
pub struct ClaimRequest {
    /// Id of the worker.
    pub worker_id: Arc<str>,
    /// Only jobs of these types; all if absent.
    pub types: Option<Arc<[JobType]>>,
    /// Only jobs of these queues; all if absent.
    pub queues: Option<Arc<[QueueName]>>,
    /// Largest number of jobs to return, except those that are claimed ahead.
    pub limit: usize,
    /// Further jobs to return.
    pub ahead: ClaimAhead,
    /// Duration of each lease.
    pub lease: Duration,
    /// Longest wait for the first job if none is ready.
    pub wait: Duration,
    /// Checks payloads; a job whose payload it refuses becomes FAILED and is not returned.
    pub admission: Arc<dyn Admission>,
}

impl<'a> ClaimQuota<'a> {
    /// Creates the quota of a claim that has claimed some jobs already.
    pub fn new(request: &'a ClaimRequest, claimed: usize) -> Self {
        Self {
            request,
            taken: claimed,
        }
    }

    /// Returns how many jobs the claim takes at most from now on.
    pub fn remaining(&self) -> usize {
        self.request.total_limit().saturating_sub(self.taken)
    }

    /// Returns how many jobs of other types than those that are claimed ahead it takes at most.
    pub fn remaining_of_any_type(&self) -> usize {
        self.request.limit.saturating_sub(self.taken)
    }

    /// Takes jobs. Returns how many of the next `count` jobs, which are of one type, the claim takes.
    pub fn take(&mut self, job_type: &JobType, count: usize) -> usize {
        let allowed = if self.request.ahead.types.contains(job_type) {
            self.remaining()
        } else {
            self.remaining_of_any_type()
        };
        let taken = count.min(allowed);
        self.taken += taken;
        taken
    }
}

impl ClaimRequest {
    /// Returns the largest number of jobs that the claim returns.
    pub fn total_limit(&self) -> usize {
        self.limit.saturating_add(self.ahead.limit)
    }

    /// Returns the duration of each lease in milliseconds.
    pub fn lease_ms(&self) -> u64 {
        u64::try_from(self.lease.as_millis()).unwrap_or(u64::MAX)
    }

    /// Checks that the handler of `job_type` can run a payload. A panic of the check, which is a handler author's code, only
    /// fails this job.
    ///
    /// # Errors
    /// Why it cannot, truncated to the longest message of jobs and events: it may quote the payload.
    pub fn admit(&self, job_type: &JobType, payload: Option<&str>) -> Result<(), String> {
        catch_unwind(AssertUnwindSafe(|| self.admission.admit(job_type, payload)))
            .unwrap_or_else(|_| Err("the check of the payload panicked".into()))
            .map_err(|message| message.chars().take(JobError::MAX_MESSAGE_CHARS).collect())
    }

    /// Reports the jobs that a committed transaction of the claim refused.
    pub fn report_refused(&self, refused: impl IntoIterator<Item = RefusedJob>) {
        for job in refused {
            self.admission.refused(&job);
        }
    }
}

/// The right to decide about one attempt. The attempt number is the fencing token: it only increases.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Lease {
    /// Id of the job.
    pub job_id: JobId,
    /// Number of the attempt.
    pub attempt: u32,
}

/// A claimed job. Its claim is committed.
#[derive(Debug, Clone)]
pub struct ClaimedJob {
    /// Lease to renew, and to end the attempt with.
    pub lease: Lease,
    /// End of the lease unless renewed, as [steady time](crate::StoreTime::steady).
    pub lease_expires_at: Timestamp,
    /// Selects the handler.
    pub job_type: JobType,
    /// Queue of the job.
    pub queue: QueueName,
    /// Input of the handler.
    pub payload: Option<RawJson>,
    /// Run of the job that the attempt is part of, from 1.
    pub run: u32,
    /// Longest duration of the attempt, in milliseconds.
    pub timeout_ms: u64,
    /// Number of the attempt among the counted attempts of its run, from 1.
    pub attempt_of_run: u32,
    /// No further attempt would follow a failure.
    pub is_last_attempt: bool,
    /// Correlation id of the request that submitted the job.
    pub correlation_id: CorrelationId,
    /// Span that created the job, if its trace is sampled.
    pub trace: Option<TraceContext>,
    /// Time of the submission.
    pub created_at: Timestamp,
    /// Time of the submission, or the requested start if that is later.
    pub wanted_at: Timestamp,
    /// When the job became ready for this attempt.
    pub ready_at: Timestamp,
}

/// An ended attempt and its result.
#[derive(Debug, Clone, PartialEq)]
pub struct EndedAttempt {
    /// Lease of the attempt.
    pub lease: Lease,
    /// Result of the attempt.
    pub result: AttemptResult,
}

/// The attempt of the lease has ended, for example because the lease expired. The call changed nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the lease of attempt {} of job {} is no longer valid", .0.attempt, .0.job_id)]
pub struct StaleLease(pub Lease);

/// Why a call with a lease was refused.
#[derive(Debug, Clone, thiserror::Error)]
pub enum LeaseError {
    /// The lease is no longer valid.
    #[error(transparent)]
    Stale(#[from] StaleLease),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Result of renewing a lease.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Renewal {
    /// The lease was extended.
    Renewed {
        /// New end of the lease, as [steady time](crate::StoreTime::steady).
        expires_at: Timestamp,
        /// The job was asked to stop.
        cancel_requested: bool,
    },
    /// The lease is no longer valid.
    Lost,
}

/// What a worker needs of the store: claims, leases and results.
///
/// Every method that changes a job appends the events of the change in the same transaction; when it returns `Ok`, both
/// are durable.
#[async_trait]
pub trait WorkQueue: Send + Sync + 'static {
    /// Claims up to `limit` ready jobs, highest priority first, then longest ready, and those that may be claimed ahead. Waits
    /// up to `wait` while none is ready. When the future is dropped, the jobs it would have returned are released; their attempts do not count.
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

    /// Registers a worker, or updates the time it was last seen. The time in the record is ignored: it is that of the
    /// store's clock.
    async fn record_worker(&self, worker: WorkerRecord) -> Result<(), StoreError>;

    /// Removes a worker that has ended. Does nothing if it is not registered.
    async fn remove_worker(&self, worker_id: &str) -> Result<(), StoreError>;
}
