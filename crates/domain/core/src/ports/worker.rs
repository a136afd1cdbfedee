use odd_contracts::{JobType, QueueName, Timestamp};

/// Milliseconds after which a store forgets a worker that no longer reports.
pub const WORKER_RETENTION_MS: u64 = 24 * 60 * 60 * 1_000;

/// Milliseconds after its last report when a worker counts as gone. Its leases have expired by then.
pub const WORKER_LOST_MS: u64 = 30 * 1_000;

/// Largest number of workers that [`JobReader::workers`](super::JobReader::workers) returns.
pub const MAX_WORKERS: usize = 1_000;

/// The state of a worker, as it reports it.
#[derive(Debug, Clone, PartialEq)]
pub struct WorkerRecord {
    /// Id of the worker, unique for each process.
    pub worker_id: String,
    /// SemVer version of its build.
    pub version: String,
    /// Types that it handles; all if absent.
    pub types: Option<Vec<JobType>>,
    /// Queues that it serves; all if absent.
    pub queues: Option<Vec<QueueName>>,
    /// Largest number of jobs that it runs at once.
    pub concurrency: u32,
    /// Number of jobs that it runs now.
    pub busy: u32,
    /// It shuts down: it claims no more jobs.
    pub is_draining: bool,
    /// Start of the worker, by the store's clock.
    pub started_at: Timestamp,
    /// Time of its last report.
    pub seen_at: Timestamp,
}
