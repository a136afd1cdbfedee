use std::collections::BTreeMap;

use async_trait::async_trait;
use odd_contracts::{
    FailureFingerprint, IdDigits, Job, JobId, JobStatus, JobType, LogLine, QueueName, Timestamp,
};

use crate::ports::{Position, StoreError, WorkerRecord};

/// Largest number of attempts that [`JobReader::job`] returns: the newest.
pub const MAX_SHOWN_ATTEMPTS: usize = 100;

/// Largest number of FAILED jobs that [`JobReader::count_failed`] counts for one fingerprint.
pub const MAX_COUNTED_FAILED: u64 = 10_000;

/// Direction of a listing by time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortOrder {
    /// Newest first.
    #[default]
    Newest,
    /// Oldest first.
    Oldest,
}

/// Filter of a page of jobs: those that meet every condition.
#[derive(Debug, Clone, Default)]
pub struct JobQuery {
    /// Only jobs in one of these statuses; all if empty.
    pub statuses: Vec<JobStatus>,
    /// Only jobs of this type.
    pub job_type: Option<JobType>,
    /// No jobs of these types.
    pub not_types: Vec<JobType>,
    /// Only jobs of this queue.
    pub queue: Option<QueueName>,
    /// No jobs of these queues.
    pub not_queues: Vec<QueueName>,
    /// Only jobs with all of these tags.
    pub tags: Vec<String>,
    /// No jobs with one of these tags.
    pub not_tags: Vec<String>,
    /// Only jobs whose id, type, unique key, payload, metadata or error contains each of these texts.
    pub texts: Vec<String>,
    /// No jobs that a search for one of these texts finds.
    pub not_texts: Vec<String>,
    /// Only jobs whose id begins with these digits. Found by an index, unless very many ids begin with them.
    pub id_prefix: Option<IdDigits>,
    /// Only jobs whose id ends with these digits.
    pub id_suffix: Option<IdDigits>,
    /// Only FAILED jobs whose failure has this fingerprint. Found by an index.
    pub fingerprint: Option<FailureFingerprint>,
    /// Only jobs created at or after this time.
    pub since: Option<Timestamp>,
    /// Only jobs created before this time.
    pub until: Option<Timestamp>,
    /// Only dead letters.
    pub dead_letters: bool,
    /// Direction of the listing.
    pub order: SortOrder,
    /// Cursor of the previous page.
    pub cursor: Option<u64>,
    /// Largest number of jobs on the page.
    pub limit: usize,
}

/// Bytes of payloads that a search reads for one page, at least: a page that reaches this limit is short and has a cursor.
pub const SEARCHED_BYTES_LIMIT: usize = 16 * 1024 * 1024;

/// A page of jobs, without payload, result and attempts.
#[derive(Debug, Clone)]
pub struct JobPage {
    /// Jobs in the requested order.
    pub jobs: Vec<Job>,
    /// Cursor of the next page; absent at the end. A page can contain fewer jobs than the limit although more
    /// pages follow, because scans are bounded.
    pub next: Option<u64>,
    /// The scan ended at its bound, so that this page is not full although more jobs may match.
    pub stopped_at_bound: bool,
}

/// Which page of an attempt's log is read.
#[derive(Debug, Clone, Copy)]
pub struct AttemptLogQuery {
    /// The job.
    pub job_id: JobId,
    /// The attempt's number.
    pub attempt: u32,
    /// Direction.
    pub order: SortOrder,
    /// The number of the last line of the previous page.
    pub cursor: Option<u32>,
    /// Largest number of lines on the page.
    pub limit: usize,
}

/// A page of the log of one attempt.
#[derive(Debug, Clone)]
pub struct AttemptLogPage {
    /// In the requested order.
    pub lines: Vec<LogLine>,
    /// The cursor of the next page; absent on the last one.
    pub next: Option<u32>,
}

/// State of a queue that has ready jobs.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueDepth {
    /// Name of the queue.
    pub queue: QueueName,
    /// Time since which its oldest ready job is ready.
    pub oldest_ready_at: Option<Timestamp>,
}

/// Number of jobs that are claimed before a ready job.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitingBehind {
    /// Ready jobs ahead, counted up to a bound.
    pub ahead: u64,
    /// The bound was reached: there are at least `ahead` jobs.
    pub at_least: bool,
}

/// The numbers of jobs in a store at one position of its log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct JobTotals {
    /// Position of the log to which the numbers belong.
    pub position: Position,
    /// Rows of jobs.
    pub rows: u64,
    /// Jobs that are not finished, from the indexes and tables that list them.
    pub in_flight: u64,
    /// FAILED jobs, from their index.
    pub failed: u64,
    /// CANCELLED jobs, from their index.
    pub cancelled: u64,
    /// Jobs that retention has removed since the store counts them.
    pub removed: u64,
}

/// Queries of the authoritative store. They see every commit that returned before the call.
#[async_trait]
pub trait JobReader: Send + Sync + 'static {
    /// Returns a job with its newest [`MAX_SHOWN_ATTEMPTS`] attempts, oldest first. No log lines are read.
    async fn job(&self, id: JobId) -> Result<Option<Job>, StoreError>;

    /// Returns a page of the log of one attempt, or `None` if the job or the attempt does not exist.
    async fn attempt_log(
        &self,
        query: AttemptLogQuery,
    ) -> Result<Option<AttemptLogPage>, StoreError>;

    /// Returns a page of jobs.
    async fn jobs(&self, query: JobQuery) -> Result<JobPage, StoreError>;

    /// Returns the queues that have ready jobs.
    async fn queue_depths(&self) -> Result<Vec<QueueDepth>, StoreError>;

    /// Returns the number of dead letters. Reads all of them, or an index of them: call it at intervals.
    async fn count_dead_letters(&self) -> Result<u64, StoreError>;

    /// Returns the number of FAILED jobs with each of these fingerprints, in their order, each at most
    /// [`MAX_COUNTED_FAILED`].
    async fn count_failed(
        &self,
        fingerprints: &[FailureFingerprint],
    ) -> Result<Vec<u64>, StoreError>;

    /// Returns the numbers of jobs, from one snapshot. Counts entries of indexes, so its time grows with the number of jobs:
    /// call it at intervals.
    async fn totals(&self) -> Result<JobTotals, StoreError>;

    /// Returns how many ready jobs of its queue are claimed before `id`; nothing if the job is not ready.
    async fn waiting_behind(&self, id: JobId) -> Result<Option<WaitingBehind>, StoreError>;

    /// Returns when the lease of the running attempt of `id` ends; nothing if none is running.
    async fn lease_end(&self, id: JobId) -> Result<Option<Timestamp>, StoreError>;

    /// Returns those of `ids` that no job has, in any order.
    async fn unknown(&self, ids: &[JobId]) -> Result<Vec<JobId>, StoreError>;

    /// Returns the workers that reported at or after `since`, by id. Of more than
    /// [`MAX_WORKERS`](super::MAX_WORKERS), those with the latest reports.
    async fn workers(&self, since: Timestamp) -> Result<Vec<WorkerRecord>, StoreError>;

    /// Returns the number of running attempts of each worker that has any. Reads only running attempts.
    async fn running_attempts(&self) -> Result<BTreeMap<String, u64>, StoreError>;

    /// Checks that the store can be used.
    async fn ping(&self) -> Result<(), StoreError>;
}
