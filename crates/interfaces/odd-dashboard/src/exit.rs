use std::process::ExitCode;

/// How the process ends. The numbers are part of the interface.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exit {
    /// Done.
    Ok = 0,
    /// Not done, for a reason that no other code names.
    Failure = 1,
    /// The command line or the configuration is wrong.
    Usage = 2,
    /// Nothing answers there.
    Unreachable = 3,
    /// The token is missing, wrong, or its role may not do this.
    NotAuthorised = 4,
    /// No such job or dead letter.
    NotFound = 5,
    /// The awaited job did not complete.
    JobFailed = 6,
    /// Not within the time given.
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
