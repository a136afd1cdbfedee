use std::io;
use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Duration;

use crate::Kind;

/// Why an operation on a private server failed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A program is missing and cannot be installed automatically.
    #[error("{name} is not installed: {advice}")]
    NotInstalled {
        /// Name of the server that needs the program, or of the program.
        name: String,
        /// What to install on each operating system.
        advice: String,
    },
    /// A call to the operating system failed.
    #[error("cannot {doing}")]
    Io {
        /// The operation, worded to follow "cannot".
        doing: String,
        /// The cause.
        source: io::Error,
    },
    /// A certificate could not be created.
    #[cfg(feature = "authority")]
    #[error("cannot create a certificate")]
    Certificate(#[from] rcgen::Error),
    /// A program that prepares or controls a server exited with an error.
    #[error("`{program}` failed ({status}):\n{output}")]
    Program {
        /// The name of the program.
        program: String,
        /// Its exit status.
        status: ExitStatus,
        /// The end of its output.
        output: String,
    },
    /// A program exceeded its time limit and was killed.
    #[error("`{program}` did not end within {} s", limit.as_secs())]
    TimedOut {
        /// The name of the program.
        program: String,
        /// The time limit.
        limit: Duration,
    },
    /// The server ended before it became ready.
    #[error("{kind} ended while starting ({status}):\n{log}")]
    Ended {
        /// The server.
        kind: Kind,
        /// Its exit status.
        status: ExitStatus,
        /// The end of its log.
        log: String,
    },
    /// The server did not become ready within its time limit.
    #[error("{kind} did not answer within {} s:\n{log}", limit.as_secs())]
    NotReady {
        /// The server.
        kind: Kind,
        /// The time limit.
        limit: Duration,
        /// The end of its log.
        log: String,
    },
    /// The server answered a request with an error.
    #[error("{kind} answered with {status}: {body}")]
    Refused {
        /// The server.
        kind: Kind,
        /// The HTTP status.
        status: u16,
        /// The body of the answer.
        body: String,
    },
    /// Another server of this kind uses the folder.
    #[error("{0} is in use by another server")]
    DirInUse(PathBuf),
    /// The operation needs a running server.
    #[error("{0} is not running")]
    NotRunning(Kind),
}

impl Error {
    /// Returns a function for `map_err` that wraps an I/O error. `doing` is worded to follow "cannot".
    pub(crate) fn io(doing: impl Into<String>) -> impl FnOnce(io::Error) -> Self {
        let doing = doing.into();
        move |source| Self::Io { doing, source }
    }
}
