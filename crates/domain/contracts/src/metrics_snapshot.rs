use serde::{Deserialize, Serialize};

use crate::{DurationSummary, Timestamp};

/// The figures that matter most, read at one moment. Rates are over the last minute, everything else over the
/// last five.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct MetricsSnapshot {
    /// Jobs accepted per second.
    pub submitted_per_second: f64,
    /// Attempts begun per second.
    pub started_per_second: f64,
    /// Jobs finished per second, however they ended.
    pub finished_per_second: f64,
    /// FAILED among the finished jobs, 0 to 1; null when none finished.
    pub failure_ratio: Option<f64>,
    /// From ready to started.
    pub wait: DurationSummary,
    /// From started to finished.
    pub run: DurationSummary,
    /// By type, the busiest 100; the rest together is `other`.
    pub types: Vec<TypeMetrics>,
    /// Every event that was committed before this time is included.
    pub as_of: Timestamp,
}

/// What happened to the jobs of one type in the last five minutes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct TypeMetrics {
    /// The type.
    #[serde(rename = "type")]
    pub job_type: String,
    /// Accepted.
    pub submitted: u64,
    /// Attempts begun.
    pub started: u64,
    /// Finished well.
    pub completed: u64,
    /// Gave up.
    pub failed: u64,
    /// Stopped by request.
    pub cancelled: u64,
    /// Failed attempts that another followed.
    pub retried: u64,
    /// From ready to started.
    pub wait: DurationSummary,
    /// From started to finished.
    pub run: DurationSummary,
}
