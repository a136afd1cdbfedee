use serde::{Deserialize, Serialize};

use crate::{FailureFingerprint, FailureReason, JobId, JobType, QueueName, Timestamp};

/// Failures of one kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FailureGroup {
    /// Identifies the group.
    pub fingerprint: FailureFingerprint,
    /// Type of the jobs.
    #[serde(rename = "type")]
    pub job_type: JobType,
    /// The queue, if all of these failures occurred in one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub queue: Option<QueueName>,
    /// The reason of the failures.
    pub code: FailureReason,
    /// The beginning of the latest failure's message.
    pub message: String,
    /// The first failure in the history that is kept.
    pub first_seen_at: Timestamp,
    /// The latest failure.
    pub last_seen_at: Timestamp,
    /// Failed attempts, and jobs that failed without one.
    pub occurrences: u64,
    /// Jobs that are FAILED now because of such a failure, counted up to a limit.
    pub jobs: u64,
    /// Versions of the workers, the first five.
    pub versions: Vec<String>,
    /// The latest jobs that failed so, the newest first; at most five. Retention may have removed them.
    pub sample_job_ids: Vec<JobId>,
}

/// Failures by kind.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FailureList {
    /// The group with the latest failure first.
    pub groups: Vec<FailureGroup>,
    /// Failures that belong to no group, because their hour had too many kinds.
    pub unlisted: u64,
    /// Every event that was committed before this time is included.
    pub as_of: Timestamp,
}

/// One kind of failure, with the age of the answer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FailureAnswer {
    /// The group.
    pub group: FailureGroup,
    /// Every event that was committed before this time is included.
    pub as_of: Timestamp,
}
