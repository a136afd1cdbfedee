use crate::launch::LeftRunning;

/// How the interface ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// The user quit.
    Quit,
    /// Ctrl+C was pressed.
    Interrupted,
    /// The process was asked to end.
    Terminated,
}

/// What the interface leaves behind.
#[derive(Debug)]
pub struct Outcome {
    /// How it ended.
    pub end: End,
    /// The observatory that was started here, if it still runs.
    pub left_running: Option<LeftRunning>,
}
