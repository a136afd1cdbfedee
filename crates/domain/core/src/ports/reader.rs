use async_trait::async_trait;
use odd_contracts::{Job, JobId, JobStatus, JobType, QueueName, Timestamp};

use crate::ports::{StoreError, WorkerRecord};

/// Direction of a listing by creation.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SortOrder {
    /// Newest first.
    #[default]
    Newest,
    /// Oldest first.
    Oldest,
}

/// Which jobs a page shows.
#[derive(Debug, Clone, Default)]
pub struct JobQuery {
    /// In any of these statuses; all when empty.
    pub statuses: Vec<JobStatus>,
    /// Of this type.
    pub job_type: Option<JobType>,
    /// In this queue.
    pub queue: Option<QueueName>,
    /// With this tag.
    pub tag: Option<String>,
    /// Whose id, type, unique key, payload, metadata or error contains this text.
    pub text: Option<String>,
    /// Created at or after.
    pub since: Option<Timestamp>,
    /// Created before.
    pub until: Option<Timestamp>,
    /// Only dead letters.
    pub dead_letters: bool,
    /// Direction.
    pub order: SortOrder,
    /// Where the page before ended.
    pub cursor: Option<u64>,
    /// At most this many.
    pub limit: usize,
}

/// A page of jobs, without payload, result and attempts.
#[derive(Debug, Clone)]
pub struct JobPage {
    /// In the asked order.
    pub jobs: Vec<Job>,
    /// Where to go on; absent at the end. A page may be short and still have one: scans are bounded.
    pub next: Option<u64>,
}

/// How a queue stands.
#[derive(Debug, Clone, PartialEq)]
pub struct QueueDepth {
    /// Its name.
    pub queue: QueueName,
    /// Since when the longest waiting ready job is ready.
    pub oldest_ready_at: Option<Timestamp>,
}

/// What stands between a ready job and a worker.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WaitingBehind {
    /// Ready jobs that would be taken first, counted up to a bound.
    pub ahead: u64,
    /// Whether the bound was reached: there are at least `ahead`.
    pub at_least: bool,
}

/// Reading the authoritative store. Sees every commit that returned before the call.
#[async_trait]
pub trait JobReader: Send + Sync + 'static {
    /// One job with its attempts and their logs.
    async fn job(&self, id: JobId) -> Result<Option<Job>, StoreError>;

    /// A page of jobs.
    async fn jobs(&self, query: JobQuery) -> Result<JobPage, StoreError>;

    /// Every queue with a ready job.
    async fn queue_depths(&self) -> Result<Vec<QueueDepth>, StoreError>;

    /// How many ready jobs of the same queue would be taken before `id`.
    async fn waiting_behind(&self, id: JobId) -> Result<Option<WaitingBehind>, StoreError>;

    /// Those of `ids` that name no job, in any order.
    async fn unknown(&self, ids: &[JobId]) -> Result<Vec<JobId>, StoreError>;

    /// Workers seen at or after `since`.
    async fn workers(&self, since: Timestamp) -> Result<Vec<WorkerRecord>, StoreError>;

    /// Whether the store can be used.
    async fn ping(&self) -> Result<(), StoreError>;
}
