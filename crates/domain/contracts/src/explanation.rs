use serde::{Deserialize, Serialize};

use crate::{JobId, JobStatus, Timestamp};

/// Why a job has its status, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Explanation {
    /// The job.
    pub job_id: JobId,
    /// The job's status.
    pub status: JobStatus,
    /// One sentence: the first cause.
    pub summary: String,
    /// At least one, the most important first.
    pub causes: Vec<Cause>,
    /// When this was true.
    pub as_of: Timestamp,
}

/// One cause of a job's status.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cause {
    /// Stable, for programs.
    pub code: CauseCode,
    /// One plain sentence.
    pub detail: String,
    /// What an operator can do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// When the cause arose.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// When the cause ends at the latest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// The kinds of causes. Later versions add more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CauseCode {
    /// SCHEDULED: its time lies ahead.
    WaitingForTime,
    /// RETRYING: the delay after a failed attempt lasts.
    Backoff,
    /// Ready, but no worker is alive.
    NoWorkerAlive,
    /// Ready, but no live worker handles its type.
    NoWorkerForType,
    /// Ready, but other jobs of its queue come first.
    WaitingBehind,
    /// Ready, but every worker that handles its type is fully busy.
    WorkersBusy,
    /// Ready, and nothing delays it.
    Ready,
    /// A worker runs it.
    Running,
    /// The worker that runs it has stopped renewing its lease.
    WorkerSilent,
    /// It was asked to stop and still runs.
    CancelRequested,
    /// FAILED for good: it waits for an operator.
    DeadLetter,
    /// COMPLETED.
    Completed,
    /// CANCELLED.
    Cancelled,
}
