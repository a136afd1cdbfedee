use serde::{Deserialize, Serialize};

use crate::{JobError, Timestamp};

/// The outcome of an attempt, or RUNNING.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum AttemptOutcome {
    /// A worker holds the lease.
    Running,
    /// The handler succeeded.
    Succeeded,
    /// The handler failed, or rejected the payload.
    Failed,
    /// The attempt exceeded the job's timeout.
    TimedOut,
    /// The attempt ended because the job was cancelled.
    Cancelled,
    /// Released by a worker that shut down; not counted against `maxAttempts`.
    Released,
    /// The lease expired.
    Lost,
}

impl AttemptOutcome {
    /// All of them. Stores keep the places in this list: a new one goes to its end.
    pub const ALL: [Self; 7] = [
        Self::Running,
        Self::Succeeded,
        Self::Failed,
        Self::TimedOut,
        Self::Cancelled,
        Self::Released,
        Self::Lost,
    ];

    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Running => "RUNNING",
            Self::Succeeded => "SUCCEEDED",
            Self::Failed => "FAILED",
            Self::TimedOut => "TIMEDOUT",
            Self::Cancelled => "CANCELLED",
            Self::Released => "RELEASED",
            Self::Lost => "LOST",
        }
    }
}

/// One attempt at running a job.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JobAttempt {
    /// Counts up from 1 over the job's life; also the fencing token of the attempt's lease.
    pub attempt: u32,
    /// The run of the job that the attempt belongs to; an operator's retry starts a new run.
    pub run: u32,
    /// The worker that held the lease.
    pub worker_id: String,
    /// The outcome, or RUNNING.
    pub outcome: AttemptOutcome,
    /// When the claim committed.
    pub started_at: Timestamp,
    /// When the outcome committed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<Timestamp>,
    /// Run time in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_ms: Option<f64>,
    /// Why the attempt failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<JobError>,
    /// Number of lines in its log, at most 1,000. The lines are read page by page, as an [`AttemptLog`].
    pub log_lines: u32,
}

/// A page of the log of one attempt.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttemptLog {
    /// In the requested order: newest or oldest first.
    pub lines: Vec<LogLine>,
    /// Continues the listing; absent on the last page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_cursor: Option<String>,
}

/// The source of a log line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum LogStream {
    /// Logged by the handler.
    Log,
    /// Standard output of a program.
    Stdout,
    /// Standard error of a program.
    Stderr,
}

impl LogStream {
    /// All of them. Stores keep the places in this list: a new one goes to its end.
    pub const ALL: [Self; 3] = [Self::Log, Self::Stdout, Self::Stderr];

    /// The name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Stdout => "stdout",
            Self::Stderr => "stderr",
        }
    }
}

/// One line that a handler logged.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LogLine {
    /// When the line was logged.
    pub at: Timestamp,
    /// The source of the line.
    pub stream: LogStream,
    /// The text, at most 4,096 characters.
    pub line: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_wire() {
        let quoted = |name: &str| format!("{name:?}");
        for outcome in AttemptOutcome::ALL {
            let json = serde_json::to_string(&outcome).expect("an outcome is JSON");
            assert_eq!(json, quoted(outcome.as_str()));
        }
        for stream in LogStream::ALL {
            let json = serde_json::to_string(&stream).expect("a stream is JSON");
            assert_eq!(json, quoted(stream.as_str()));
        }
    }
}
