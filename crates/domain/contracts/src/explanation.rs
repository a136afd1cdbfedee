use serde::{Deserialize, Serialize};

use crate::{JobId, JobStatus, Timestamp};

/// Why a job is where it is, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Explanation {
    /// The job.
    pub job_id: JobId,
    /// Where it stands.
    pub status: JobStatus,
    /// One sentence: the first cause.
    pub summary: String,
    /// At least one, the most important first.
    pub causes: Vec<Cause>,
    /// When this was true.
    pub as_of: Timestamp,
}

/// One reason.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cause {
    /// Stable, for programs.
    pub code: CauseCode,
    /// One plain sentence.
    pub detail: String,
    /// What somebody could do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hint: Option<String>,
    /// Since when it holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub since: Option<Timestamp>,
    /// Until when it holds at the latest.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// The kinds of reasons. Later versions add more.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CauseCode {
    /// SCHEDULED: its time has not come.
    WaitingForTime,
    /// RETRYING: the pause after a failed attempt is not over.
    Backoff,
    /// Ready, but no worker is alive.
    NoWorkerAlive,
    /// Ready, but no live worker handles its type.
    NoWorkerForType,
    /// Ready, but other jobs of its queue come first.
    WaitingBehind,
    /// Ready, but every worker that handles its type is fully busy.
    WorkersBusy,
    /// Ready, and nothing stands in its way.
    Ready,
    /// A worker runs it.
    Running,
    /// The worker that runs it has not been heard of.
    WorkerSilent,
    /// It was asked to stop and has not stopped yet.
    CancelRequested,
    /// FAILED: it gave up and waits for an operator.
    DeadLetter,
    /// COMPLETED.
    Completed,
    /// CANCELLED.
    Cancelled,
}
