use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{
    CorrelationId, FailureFingerprint, JobAttempt, JobError, JobId, JobStatus, JobType, QueueName,
    RawJson, RetryOverride, Timestamp,
};

/// A job as every interface shows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Job {
    /// Identifies the job for its whole life.
    pub id: JobId,
    /// Selects the handler.
    #[serde(rename = "type")]
    pub job_type: JobType,
    /// The queue that it waits in.
    pub queue: QueueName,
    /// Its status.
    pub status: JobStatus,
    /// Gapless count of its events, from 1.
    pub version: u32,
    /// Higher runs first.
    pub priority: i32,
    /// Number of attempts started.
    pub attempt: u32,
    /// Attempts allowed per run.
    pub max_attempts: u32,
    /// The number of the run, from 1; each retry by an operator starts a new run.
    pub run: u32,
    /// The timeout of one attempt in milliseconds.
    pub timeout_ms: u64,
    /// When it was accepted.
    pub created_at: Timestamp,
    /// When its last event was recorded.
    pub updated_at: Timestamp,
    /// When it may run next, while it waits for a time.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_at: Option<Timestamp>,
    /// When the last attempt began.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub started_at: Option<Timestamp>,
    /// When it reached a terminal status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    /// The request that submitted it.
    pub correlation_id: CorrelationId,
    /// The client's `Idempotency-Key`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotency_key: Option<String>,
    /// At most one unfinished job has this key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unique_key: Option<String>,
    /// Retry delays that override those of the job type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<RetryOverride>,
    /// Labels to find the job by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Text values stored with the job.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
    /// `true` if a running attempt was asked to stop.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub cancel_requested: bool,
    /// The last progress that the handler reported.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub progress: Option<Progress>,
    /// The handler's input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<RawJson>,
    /// The handler's output.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub result: Option<RawJson>,
    /// The last failure.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<JobError>,
    /// The kind of the last failure, while the job is FAILED.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fingerprint: Option<FailureFingerprint>,
    /// The newest 100 attempts, oldest first, without their logs; only where one job is shown in full.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attempts: Option<Vec<JobAttempt>>,
}

/// The progress of a running job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Progress {
    /// The share of the work that is done, 0 to 1.
    pub fraction: f64,
    /// What the handler is doing, at most 500 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message: Option<String>,
}
