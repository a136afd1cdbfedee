/// How far a process has started.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Progress {
    /// It runs.
    Starting,
    /// It accepts connections, and may wait for a server.
    Listening,
    /// It works.
    Ready,
}
