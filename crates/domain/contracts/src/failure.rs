use serde::{Deserialize, Serialize};

/// Why an attempt failed, or with the last attempt the job. A bounded set, because it is a metric label.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FailureReason {
    /// The handler returned an error that may be temporary.
    Error,
    /// The handler returned an error that no retry can fix.
    Permanent,
    /// The attempt ran longer than `timeoutMs`.
    TimedOut,
    /// The worker disappeared: its lease expired.
    WorkerLost,
    /// The handler rejected the payload.
    InvalidPayload,
}

impl FailureReason {
    /// Every reason.
    pub const ALL: [Self; 5] = [
        Self::Error,
        Self::Permanent,
        Self::TimedOut,
        Self::WorkerLost,
        Self::InvalidPayload,
    ];

    /// Returns the name on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Permanent => "permanent",
            Self::TimedOut => "timed_out",
            Self::WorkerLost => "worker_lost",
            Self::InvalidPayload => "invalid_payload",
        }
    }
}

/// A failure, for people.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JobError {
    /// The kind of failure.
    pub reason: FailureReason,
    /// The handler's message, at most [`MAX_MESSAGE_CHARS`](Self::MAX_MESSAGE_CHARS) characters.
    pub message: String,
}

impl JobError {
    /// The longest message of a job or event that the contracts allow, in characters.
    pub const MAX_MESSAGE_CHARS: usize = 4_096;
}
