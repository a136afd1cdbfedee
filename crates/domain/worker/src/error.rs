use std::fmt::Display;

use odd_contracts::{FailureReason, JobError};
use odd_core::AttemptResult;

use crate::InvalidPayload;
use crate::text::bounded;

/// Why an attempt did not succeed. Messages are stored with the job and shown to users, so they must not contain secrets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HandlerError {
    /// A retry may succeed; the retry policy decides when.
    #[error("{message}")]
    Failed {
        /// What went wrong.
        message: String,
    },
    /// A retry cannot succeed.
    #[error("{message}")]
    Permanent {
        /// What went wrong.
        message: String,
    },
    /// A retry may succeed after this delay, which replaces that of the retry policy.
    #[error("{message}")]
    RetryAfter {
        /// What went wrong.
        message: String,
        /// Delay from now, in milliseconds.
        delay_ms: u64,
    },
    /// The worker lacks descriptors, processes or memory at the moment. The attempt does not count: the job is released, and the
    /// worker slows down its claims.
    #[error("{message}")]
    Overloaded {
        /// What is short.
        message: String,
    },
    /// The handler stopped because the job was cancelled.
    #[error("the job was cancelled")]
    Cancelled,
}

impl HandlerError {
    /// Creates a failure that may be retried.
    pub fn failed(message: impl Display) -> Self {
        Self::Failed {
            message: message.to_string(),
        }
    }

    /// Creates a failure that is not retried.
    pub fn permanent(message: impl Display) -> Self {
        Self::Permanent {
            message: message.to_string(),
        }
    }
}

impl From<InvalidPayload> for HandlerError {
    fn from(invalid: InvalidPayload) -> Self {
        Self::permanent(invalid)
    }
}

/// Truncates messages to 4,096 characters.
impl From<HandlerError> for AttemptResult {
    fn from(error: HandlerError) -> Self {
        let (reason, message, retry_after_ms) = match error {
            HandlerError::Cancelled => return Self::Cancelled,
            HandlerError::Overloaded { .. } => return Self::Released,
            HandlerError::Failed { message } => (FailureReason::Error, message, None),
            HandlerError::Permanent { message } => (FailureReason::Permanent, message, None),
            HandlerError::RetryAfter { message, delay_ms } => {
                (FailureReason::Error, message, Some(delay_ms))
            }
        };
        Self::Failed {
            reason,
            message: bounded(message, JobError::MAX_MESSAGE_CHARS),
            retry_after_ms,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_messages_are_truncated() {
        let AttemptResult::Failed { message, .. } = HandlerError::failed("é".repeat(5_000)).into()
        else {
            panic!("a failure");
        };
        assert_eq!(message.chars().count(), JobError::MAX_MESSAGE_CHARS);
    }
}
