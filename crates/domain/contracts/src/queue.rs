use serde::{Deserialize, Serialize};

use crate::{QueueName, Timestamp};

/// The jobs of one queue, and the workers that run them. Read-models before 2.6.0 do not report the workers and rates.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueueSummary {
    /// Its name.
    pub queue: QueueName,
    /// Jobs that could run now.
    pub ready: u64,
    /// Jobs that wait for a time: SCHEDULED and RETRYING.
    pub delayed: u64,
    /// Jobs that run.
    pub executing: u64,
    /// Dead letters.
    pub failed: u64,
    /// How long the oldest ready job has waited, in seconds.
    pub oldest_ready_seconds: Option<f64>,
    /// Jobs that workers run now.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub running: Option<u64>,
    /// Jobs that the active workers of the queue can run at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub concurrency: Option<u64>,
    /// `running` divided by `concurrency`, at most 1; nothing without workers.
    #[serde(default)]
    pub utilisation: Option<f64>,
    /// Jobs accepted per second over the last minute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub arrival_per_second: Option<f64>,
    /// Jobs finished per second over the last minute.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finish_per_second: Option<f64>,
    /// Seconds until no job is ready, at these rates; nothing if the queue does not drain.
    #[serde(default)]
    pub drain_seconds: Option<f64>,
    /// Unfinished jobs by type: the ten most frequent types, then all others as `other`.
    #[serde(default)]
    pub types: Vec<TypeCount>,
    /// Ready jobs every ten seconds of the last five minutes, oldest first.
    #[serde(default)]
    pub depth_history: Vec<u64>,
}

/// Unfinished jobs of one type.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeCount {
    /// The type, or `other`.
    #[serde(rename = "type")]
    pub job_type: String,
    /// Number of jobs.
    pub count: u64,
}

/// Every queue that holds jobs, by name, at most 1,000.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueueList {
    /// Sorted by name.
    pub queues: Vec<QueueSummary>,
    /// Every event that was committed before this time is included.
    pub as_of: Timestamp,
}

/// The load of one queue, for autoscalers of its processors.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct QueueScale {
    /// Its name.
    pub queue: QueueName,
    /// Jobs that could run now and wait for a worker.
    pub depth: u64,
    /// How long the oldest of them has waited. 0 without one, or if it is unknown: an autoscaler needs a number.
    pub oldest_seconds: f64,
    /// Jobs that workers run now.
    pub running: u64,
    /// Every event that was committed before this time is included in `depth` and `running`.
    pub as_of: Timestamp,
}
