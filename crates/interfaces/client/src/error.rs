use std::error::Error;

use odd_contracts::Problem;

/// What caused a failure: an error of the HTTP or JSON library, or a description.
pub type Cause = Box<dyn Error + Send + Sync>;

/// The failure of a call.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// No connection could be made.
    #[error("cannot reach the {service} at {url}")]
    Unreachable {
        /// Name of the service.
        service: &'static str,
        /// Base URL of the service.
        url: String,
        /// Why not.
        source: Cause,
    },
    /// The connection ended before the answer, or during it. A command may have taken effect.
    #[error("lost the connection to the {service} at {url}")]
    ConnectionLost {
        /// Name of the service.
        service: &'static str,
        /// Base URL of the service.
        url: String,
        /// How it ended.
        source: Cause,
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
        source: Cause,
    },
    /// The client could not be created, for example because the token contains illegal characters.
    #[error("cannot prepare requests")]
    Setup(#[source] Cause),
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
            Self::Unreachable { .. } | Self::ConnectionLost { .. } | Self::TimedOut { .. } => true,
            Self::Problem(problem) => matches!(problem.status, 429 | 502..=504),
            Self::UnexpectedAnswer { status, .. } => matches!(status, 502..=504),
            Self::Setup(_) => false,
        }
    }

    /// Returns `true` when a command may have taken effect although it failed: there was no answer, or the server does not know,
    /// for example because its connection to the database was lost during the commit.
    pub fn may_have_taken_effect(&self) -> bool {
        match self {
            Self::ConnectionLost { .. } | Self::TimedOut { .. } => true,
            _ => self.status().is_some_and(|status| status >= 500),
        }
    }

    /// Returns the innermost cause, such as `Connection refused`, without the layers of the HTTP library around it.
    /// Returns `None` when the error itself says everything.
    pub fn root_cause(&self) -> Option<&(dyn Error + 'static)> {
        let mut cause = self.source()?;
        while let Some(source) = cause.source() {
            // Some errors of the operating system have no text.
            if source.to_string().is_empty() {
                break;
            }
            cause = source;
        }
        Some(cause)
    }
}
