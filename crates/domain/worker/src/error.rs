use std::fmt::Display;

use odd_contracts::FailureReason;
use odd_core::AttemptResult;

use crate::InvalidPayload;
use crate::text::bounded;

const MAX_MESSAGE_CHARS: usize = 4_096;

/// Why an attempt did not succeed. The messages are kept with the job and shown to people: no secrets.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum HandlerError {
    /// It may work next time; the retry policy says when.
    #[error("{message}")]
    Failed {
        /// What went wrong.
        message: String,
    },
    /// Trying again is pointless.
    #[error("{message}")]
    Permanent {
        /// What went wrong.
        message: String,
    },
    /// It may work after this delay, which replaces the retry policy's.
    #[error("{message}")]
    RetryAfter {
        /// What went wrong.
        message: String,
        /// From now, in milliseconds.
        delay_ms: u64,
    },
    /// The handler stopped because the job was cancelled.
    #[error("the job was cancelled")]
    Cancelled,
}

impl HandlerError {
    /// A failure that may pass.
    pub fn failed(message: impl Display) -> Self {
        Self::Failed {
            message: message.to_string(),
        }
    }

    /// A failure that will not pass.
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

/// What the store is told; messages are cut at 4,096 characters.
impl From<HandlerError> for AttemptResult {
    fn from(error: HandlerError) -> Self {
        let (reason, message, retry_after_ms) = match error {
            HandlerError::Cancelled => return Self::Cancelled,
            HandlerError::Failed { message } => (FailureReason::Error, message, None),
            HandlerError::Permanent { message } => (FailureReason::Permanent, message, None),
            HandlerError::RetryAfter { message, delay_ms } => {
                (FailureReason::Error, message, Some(delay_ms))
            }
        };
        Self::Failed {
            reason,
            message: bounded(message, MAX_MESSAGE_CHARS),
            retry_after_ms,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_messages_are_cut_for_the_store() {
        let AttemptResult::Failed { message, .. } = HandlerError::failed("é".repeat(5_000)).into()
        else {
            panic!("a failure");
        };
        assert_eq!(message.chars().count(), MAX_MESSAGE_CHARS);
    }
}
