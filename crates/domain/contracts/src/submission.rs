use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::{JobId, JobStatus, JobType, QueueName, RawJson, Timestamp, whole};

/// The body of `POST /jobs`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct JobSubmission {
    /// Selects the handler.
    #[serde(rename = "type")]
    pub job_type: JobType,
    /// The handler's input, any JSON; kept byte for byte.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub payload: Option<RawJson>,
    /// Chosen by the client to make the submission idempotent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<JobId>,
    /// The queue. Default: `default`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueName>,
    /// -100 to 100; higher runs first. Default 0.
    #[serde(
        default,
        deserialize_with = "whole::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub priority: Option<i32>,
    /// Not before this time. Excludes `delay_ms`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub run_at: Option<Timestamp>,
    /// Not before this many milliseconds from acceptance; at most 31,536,000,000 (365 days).
    #[serde(
        default,
        deserialize_with = "whole::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub delay_ms: Option<u64>,
    /// 1 to 100 attempts. Default: the type's, else 5.
    #[serde(
        default,
        deserialize_with = "whole::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub max_attempts: Option<u32>,
    /// The timeout of one attempt, 1 to 86,400,000 ms. Default: the type's, else 300,000.
    #[serde(
        default,
        deserialize_with = "whole::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub timeout_ms: Option<u64>,
    /// Overrides of the type's retry delays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry: Option<RetryOverride>,
    /// At most one unfinished job has this key; 1 to 200 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unique_key: Option<String>,
    /// Up to 20 labels of 1 to 50 characters to find the job by.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// Up to 50 text values stored with the job.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub metadata: BTreeMap<String, String>,
}

/// Retry delays of one job; what is absent comes from the job type.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RetryOverride {
    /// Bound of the delay after the first failure, in ms. 0 to 86,400,000.
    #[serde(
        default,
        deserialize_with = "whole::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub base_delay_ms: Option<u64>,
    /// Bound of every delay, in ms. 0 to 86,400,000.
    #[serde(
        default,
        deserialize_with = "whole::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub max_delay_ms: Option<u64>,
    /// Growth per attempt, 1 to 10.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub multiplier: Option<f64>,
}

/// The largest submission of one job, in bytes of JSON: alone or within a batch.
pub const MAX_JOB_BYTES: usize = 1024 * 1024;

/// The body of `POST /jobs/batch`: 1 to 10,000 jobs, accepted all together or not at all.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BatchSubmission {
    /// In the order of the response.
    pub jobs: Vec<JobSubmission>,
}

/// The response to an accepted batch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BatchAccepted {
    /// One entry per submitted job, in the same order.
    pub jobs: Vec<BatchItem>,
}

/// One job of an accepted batch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct BatchItem {
    /// The new or existing job.
    pub id: JobId,
    /// Its status when the batch was accepted, which can be a terminal one if the job existed before.
    pub status: JobStatus,
    /// Whether the job is new. Absent in the answers of earlier versions.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub acceptance: Option<Acceptance>,
}

/// How a submitted job was accepted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Acceptance {
    /// A new job was stored.
    Created,
    /// An identical submission was accepted before.
    Replayed,
    /// An unfinished job has the unique key already, and is returned instead.
    UniqueExists,
}
