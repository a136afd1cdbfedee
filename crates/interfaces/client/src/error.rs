use std::error::Error as _;

use odd_contracts::Problem;

/// Why a call did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// Nothing answers at the address, or the connection broke.
    #[error("cannot reach the {service} at {url}")]
    Unreachable {
        /// Which service.
        service: &'static str,
        /// Its base URL.
        url: String,
        /// The innermost reason.
        reason: String,
    },
    /// No answer within the time limit. Whether a command took effect is unknown.
    #[error("the {service} at {url} did not answer in time")]
    TimedOut {
        /// Which service.
        service: &'static str,
        /// Its base URL.
        url: String,
    },
    /// The service refused, and said why.
    #[error("{}", .0.title)]
    Problem(Box<Problem>),
    /// The answer is not what the contract promises: something else listens there, or versions differ.
    #[error("the {service} at {url} answered {status} with something that is not its contract")]
    UnexpectedAnswer {
        /// Which service.
        service: &'static str,
        /// Its base URL.
        url: String,
        /// HTTP status.
        status: u16,
        /// What does not fit.
        reason: String,
    },
    /// The client could not be made, for example because the token holds illegal characters.
    #[error("cannot prepare requests")]
    Setup(String),
}

impl ClientError {
    /// The HTTP status of the answer, when there was one.
    pub fn status(&self) -> Option<u16> {
        match self {
            Self::Problem(problem) => Some(problem.status),
            Self::UnexpectedAnswer { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Whether the same call may succeed later without anybody mending anything.
    pub fn is_transient(&self) -> bool {
        match self {
            Self::Unreachable { .. } | Self::TimedOut { .. } => true,
            Self::Problem(problem) => matches!(problem.status, 429 | 502..=504),
            Self::UnexpectedAnswer { status, .. } => matches!(status, 502..=504),
            Self::Setup(_) => false,
        }
    }
}

/// The last error of the chain: `Connection refused` rather than what each layer calls it.
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
