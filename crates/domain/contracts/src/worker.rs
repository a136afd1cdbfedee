use serde::{Deserialize, Serialize};

use crate::{JobType, QueueName, Timestamp};

/// The registered workers, by id, at most 1,000.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkerList {
    /// Sorted by id.
    pub workers: Vec<Worker>,
    /// Time of the query, by the store's clock.
    pub as_of: Timestamp,
}

/// A worker, as it last reported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Worker {
    /// Its id, as attempts contain it.
    pub worker_id: String,
    /// SemVer version of its build.
    pub version: String,
    /// Whether it claims jobs.
    pub status: WorkerStatus,
    /// Largest number of jobs that it runs at once.
    pub concurrency: u32,
    /// Running attempts that it has claimed.
    pub running: u64,
    /// The queues that it serves; all if absent.
    pub queues: Option<Vec<QueueName>>,
    /// The types that it handles; all if absent.
    pub types: Option<Vec<JobType>>,
    /// When it started.
    pub started_at: Timestamp,
    /// When it last reported.
    pub last_seen_at: Timestamp,
}

/// Whether a worker claims jobs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum WorkerStatus {
    /// It claims jobs.
    Active,
    /// It shuts down, and claims no more jobs.
    Draining,
    /// It has not reported for 30 seconds.
    Lost,
}

impl WorkerStatus {
    /// Returns the name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Draining => "DRAINING",
            Self::Lost => "LOST",
        }
    }
}
