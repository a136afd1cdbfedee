use serde::{Deserialize, Serialize};

use crate::{DurationSummary, Timestamp};

/// The main figures at one point in time. Rates are over the last minute, everything else over the last five minutes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MetricsSnapshot {
    /// Jobs accepted per second.
    pub submitted_per_second: f64,
    /// Attempts started per second.
    pub started_per_second: f64,
    /// Jobs finished per second, however they ended.
    pub finished_per_second: f64,
    /// FAILED among the finished jobs, 0 to 1; null when none finished.
    pub failure_ratio: Option<f64>,
    /// From ready to started.
    pub wait: DurationSummary,
    /// From started to finished.
    pub run: DurationSummary,
    /// The 100 types with the most jobs; all others together are `other`.
    pub types: Vec<TypeMetrics>,
    /// Every event that was committed before this time is included.
    pub as_of: Timestamp,
}

/// Counts and durations of the jobs of one type over the last five minutes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TypeMetrics {
    /// The type.
    #[serde(rename = "type")]
    pub job_type: String,
    /// Jobs accepted.
    pub submitted: u64,
    /// Attempts started.
    pub started: u64,
    /// Jobs that succeeded.
    pub completed: u64,
    /// Jobs that failed for good.
    pub failed: u64,
    /// Jobs cancelled.
    pub cancelled: u64,
    /// Failed attempts that were retried.
    pub retried: u64,
    /// From ready to started.
    pub wait: DurationSummary,
    /// From started to finished.
    pub run: DurationSummary,
}
