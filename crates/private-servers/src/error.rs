use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

use crate::Kind;

/// Why a private server cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A program is missing and could not be installed.
    #[error("{kind} is not installed: {advice}")]
    NotInstalled {
        /// The server.
        kind: Kind,
        /// What to install, by operating system.
        advice: String,
    },
    /// The operating system refused something.
    #[error("cannot {doing}")]
    Io {
        /// What was tried, as it reads after "cannot".
        doing: String,
        /// The refusal.
        source: io::Error,
    },
    /// No certificate could be made.
    #[error("cannot make a certificate")]
    Certificate(#[from] rcgen::Error),
    /// A program that prepares or controls a server failed.
    #[error("`{program}` failed ({status}):\n{output}")]
    Program {
        /// The name of the program.
        program: String,
        /// How it ended.
        status: ExitStatus,
        /// The end of what it printed.
        output: String,
    },
    /// A program took too long and was killed.
    #[error("`{program}` did not end within {} s", limit.as_secs())]
    Slow {
        /// The name of the program.
        program: String,
        /// How long it was given.
        limit: Duration,
    },
    /// The server ended while it was expected to become ready.
    #[error("{kind} ended while starting ({status}):\n{log}")]
    Ended {
        /// The server.
        kind: Kind,
        /// How it ended.
        status: ExitStatus,
        /// The end of its log.
        log: String,
    },
    /// The server did not answer in time.
    #[error("{kind} did not answer within {} s:\n{log}", limit.as_secs())]
    NotReady {
        /// The server.
        kind: Kind,
        /// How long it was given.
        limit: Duration,
        /// The end of its log.
        log: String,
    },
    /// Another server of the same kind uses the place.
    #[error("{0} is in use by another server")]
    PlaceInUse(PathBuf),
    /// The server does not run, and what was asked needs it to.
    #[error("{0} does not run")]
    NotRunning(Kind),
}

impl Error {
    /// For `map_err`: an input or output error with what was tried, as it reads after "cannot".
    pub(crate) fn io(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Io { doing, source }
    }
}
