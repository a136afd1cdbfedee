use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::{DurationSummary, FailureGroup, TimeseriesWindow, Timestamp};

/// Figures of one job type over a window.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TypeSummary {
    /// The type, or `other` in a list.
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
    /// Jobs accepted per second.
    pub submitted_per_second: f64,
    /// Jobs finished per second, however they ended.
    pub finished_per_second: f64,
    /// FAILED among the finished jobs, 0 to 1; null when none finished.
    pub failure_ratio: Option<f64>,
}

/// Figures by job type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TypeList {
    /// The 100 types with the most jobs; all others together are `other`.
    pub types: Vec<TypeSummary>,
    /// How far back the counts reach.
    pub window: TimeseriesWindow,
    /// Every event that was committed before this time is included.
    pub as_of: Timestamp,
}

/// One job type in detail.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct TypeDetail {
    /// Its figures.
    pub summary: TypeSummary,
    /// Jobs of the type by status now; every status is present.
    pub statuses: BTreeMap<String, u64>,
    /// Durations from started to finished.
    pub run_histogram: Histogram,
    /// Durations from ready to started.
    pub wait_histogram: Histogram,
    /// Versions of the workers that ran attempts, the busiest first; at most 20.
    pub versions: Vec<TypeVersion>,
    /// The latest kinds of failure, at most 20. The window does not limit them.
    pub failures: Vec<FailureGroup>,
    /// The JSON Schema of the payload; null for a type that is not built in.
    pub schema: Option<Value>,
    /// How far back the counts reach.
    pub window: TimeseriesWindow,
    /// Every event that was committed before this time is included.
    pub as_of: Timestamp,
}

/// The distribution of durations.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Histogram {
    /// Ranges without gaps, shortest first.
    pub buckets: Vec<HistogramBucket>,
}

/// One range of a [`Histogram`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HistogramBucket {
    /// Upper bound in milliseconds, inclusive; null in the last bucket.
    pub up_to_ms: Option<f64>,
    /// Durations in the range.
    pub count: u64,
}

/// What workers of one version ran.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TypeVersion {
    /// The version of the worker.
    pub version: String,
    /// Attempts started.
    pub attempts: u64,
    /// Attempts that failed.
    pub failed: u64,
}
