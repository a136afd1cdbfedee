use std::error::Error as _;

use odd_contracts::Problem;

/// The failure of a call.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// No connection could be made, or it was lost.
    #[error("cannot reach the {service} at {url}")]
    Unreachable {
        /// Name of the service.
        service: &'static str,
        /// Base URL of the service.
        url: String,
        /// The innermost cause.
        reason: String,
    },
    /// There was no answer within the time limit. A command may have taken effect.
    #[error("the {service} at {url} did not answer in time")]
    TimedOut {
        /// Name of the service.
        service: &'static str,
        /// Base URL of the service.
        url: String,
    },
    /// The service rejected the request with a problem document.
    #[error("{}", .0.title)]
    Problem(Box<Problem>),
    /// The answer does not match the contract: the URL belongs to another program, or the versions differ.
    #[error(
        "the {service} at {url} answered {status} with content that does not match its contract"
    )]
    UnexpectedAnswer {
        /// Name of the service.
        service: &'static str,
        /// Base URL of the service.
        url: String,
        /// HTTP status.
        status: u16,
        /// The mismatch.
        reason: String,
    },
    /// The client could not be created, for example because the token contains illegal characters.
    #[error("cannot prepare requests")]
    Setup(String),
}

impl ClientError {
    /// Returns the HTTP status of the answer, if there was one.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Problem(problem) => Some(problem.status),
            Self::UnexpectedAnswer { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Returns `true` when a retry of the same call may succeed.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::TimedOut { .. } => true,
            Self::Problem(problem) => matches!(problem.status, 429 | 502..=504),
            Self::UnexpectedAnswer { status, .. } => matches!(status, 502..=504),
            Self::Setup(_) => false,
        }
    }
}

/// Returns the last error of the chain, such as `Connection refused`, without the layers around it.
pub(crate) fn innermost(error: &reqwest::Error) -> String {
    let mut reason: &dyn std::error::Error = error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    if reason.to_string().is_empty() {
        return error.source().map_or_else(String::new, ToString::to_string);
    }
    reason.to_string()
}
