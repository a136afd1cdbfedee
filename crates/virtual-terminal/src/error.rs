use std::io;
use std::time::Duration;

/// A program in a virtual terminal did not do what was expected.
#[derive(Debug, thiserror::Error)]
pub enum TerminalError {
    /// The terminal could not be created, or the program not be started.
    #[error("cannot start the program in a terminal: {0}")]
    Start(String),
    /// The terminal cannot be used.
    #[error("the terminal does not work")]
    Io(#[from] io::Error),
    /// The screen did not show in time what was awaited.
    #[error("no {what} within {limit:?} on this screen:\n{screen}")]
    NotShown {
        /// What was awaited.
        what: String,
        /// The longest wait that was allowed.
        limit: Duration,
        /// The characters of the screen.
        screen: String,
    },
    /// The program ran longer than expected.
    #[error("the program still runs after {limit:?}, with this screen:\n{screen}")]
    StillRuns {
        /// The longest wait that was allowed.it was awaited.
        limit: Duration,
        /// The characters of the screen.
        screen: String,
    },
}
