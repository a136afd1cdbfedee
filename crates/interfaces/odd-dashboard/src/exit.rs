use std::process::ExitCode;

/// The exit code of the process. The numbers are part of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// The command succeeded.
    Ok = 0,
    /// The command failed for a reason without a code of its own.
    Failure = 1,
    /// The command line or the configuration is not valid.
    Usage = 2,
    /// The service cannot be reached.
    Unreachable = 3,
    /// The token is missing or wrong, or its role does not permit the command.
    NotAuthorised = 4,
    /// The job, dead letter or user interface does not exist.
    NotFound = 5,
    /// The awaited job did not complete.
    JobFailed = 6,
    /// The time limit was reached.
    TimedOut = 124,
    /// Stopped by SIGINT.
    Interrupted = 130,
    /// Stopped by SIGTERM.
    Terminated = 143,
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}
