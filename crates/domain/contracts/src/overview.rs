use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{Alert, Job, QueueSummary, Timestamp};

/// Counts of jobs by status. `pending_jobs` counts SCHEDULED, PENDING, VALIDATED and RETRYING.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Stats {
    /// All jobs in the store.
    pub total_jobs: u64,
    /// Jobs that wait for a time or a worker.
    pub pending_jobs: u64,
    /// Jobs that run.
    pub executing_jobs: u64,
    /// Jobs that succeeded.
    pub completed_jobs: u64,
    /// Jobs that failed for good.
    pub failed_jobs: u64,
    /// Cancelled jobs.
    pub cancelled_jobs: u64,
    /// When the last event counted here was recorded.
    pub last_event_time: Option<Timestamp>,
    /// Every event that was committed before this time is included. The Unix epoch while no such time is known.
    pub as_of: Timestamp,
    /// Age of the counts: from `as_of` to the time of the answer, both by the same clock. Absent while it is unknown.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub age_ms: Option<u64>,
}

/// Percentiles of a duration in milliseconds; absent while there is nothing to measure.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DurationSummary {
    /// The number of measurements.
    pub count: u64,
    /// Half took at most this long.
    pub p50_ms: Option<f64>,
    /// 95 of 100 took at most this long.
    pub p95_ms: Option<f64>,
    /// 99 of 100 took at most this long.
    pub p99_ms: Option<f64>,
}

/// The state of the system at a glance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Overview {
    /// Counts by groups of statuses.
    pub stats: Stats,
    /// Counts by exact status.
    pub statuses: BTreeMap<String, u64>,
    /// Jobs accepted per second over the last minute.
    pub submitted_per_second: f64,
    /// Jobs finished per second over the last minute.
    pub finished_per_second: f64,
    /// From ready to started, over the last five minutes.
    pub wait: DurationSummary,
    /// From started to finished, over the last five minutes.
    pub run: DurationSummary,
    /// Every queue that holds jobs.
    pub queues: Vec<QueueSummary>,
    /// The ten newest jobs, without payloads.
    pub recent_jobs: Vec<Job>,
    /// The alerts that fire now.
    pub alerts: Vec<Alert>,
}
