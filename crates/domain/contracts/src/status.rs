use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The status of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum JobStatus {
    /// Waits for its `runAt`.
    Scheduled,
    /// Ready to run, waits for a worker.
    Pending,
    /// A worker claimed it and accepted its payload.
    Validated,
    /// A worker runs it under a lease.
    Executing,
    /// The last attempt failed; waits for the next.
    Retrying,
    /// Succeeded. Terminal.
    Completed,
    /// Failed for good. Terminal, and among the dead letters until an operator acts.
    Failed,
    /// Cancelled on request. Terminal.
    Cancelled,
}

/// The error of parsing a text that is not a status.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "must be one of SCHEDULED, PENDING, VALIDATED, EXECUTING, RETRYING, COMPLETED, FAILED, CANCELLED"
)]
pub struct UnknownStatus;

impl JobStatus {
    /// Every status, in the order of a job's life.
    pub const ALL: [Self; 8] = [
        Self::Scheduled,
        Self::Pending,
        Self::Validated,
        Self::Executing,
        Self::Retrying,
        Self::Completed,
        Self::Failed,
        Self::Cancelled,
    ];

    /// Returns the name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Scheduled => "SCHEDULED",
            Self::Pending => "PENDING",
            Self::Validated => "VALIDATED",
            Self::Executing => "EXECUTING",
            Self::Retrying => "RETRYING",
            Self::Completed => "COMPLETED",
            Self::Failed => "FAILED",
            Self::Cancelled => "CANCELLED",
        }
    }

    /// Returns `true` if the job is finished; only an operator's explicit retry leaves a terminal status.
    pub const fn is_terminal(self) -> bool {
        matches!(self, Self::Completed | Self::Failed | Self::Cancelled)
    }

    /// Returns `true` if the job waits for a time: its `runAt`, or the end of the delay before its next attempt.
    pub const fn is_delayed(self) -> bool {
        matches!(self, Self::Scheduled | Self::Retrying)
    }
}

impl fmt::Display for JobStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for JobStatus {
    type Err = UnknownStatus;
    fn from_str(text: &str) -> Result<Self, UnknownStatus> {
        Self::ALL
            .into_iter()
            .find(|status| status.as_str() == text)
            .ok_or(UnknownStatus)
    }
}
