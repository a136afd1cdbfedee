use std::ffi::OsString;
use std::io;
use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

/// Longest run of a program, which a hanging server can delay.
const LIMIT: Duration = Duration::from_secs(6);

/// The directories of programs, `$PATH`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolPath(OsString);

/// What a program has printed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct ToolOutput {
    pub(crate) succeeded: bool,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// Why a program printed nothing.
#[derive(Debug)]
pub(crate) enum ToolFailure {
    NotInstalled,
    NotStarted(io::Error),
    TimedOut,
}

impl ToolPath {
    /// Uses these directories, separated as in `$PATH`.
    pub const fn new(path: OsString) -> Self {
        Self(path)
    }

    /// Reads `$PATH`.
    pub fn current() -> Self {
        Self(std::env::var_os("PATH").unwrap_or_default())
    }

    /// Returns `true` when `program` is installed.
    pub fn has(&self, program: &str) -> bool {
        self.find(program).is_some()
    }

    fn find(&self, program: &str) -> Option<PathBuf> {
        which::which_in_global(program, Some(&self.0)).ok()?.next()
    }

    /// Runs a program to its end, or to the time limit.
    pub(crate) async fn run(
        &self,
        program: &str,
        args: &[&str],
    ) -> Result<ToolOutput, ToolFailure> {
        let path = self.find(program).ok_or(ToolFailure::NotInstalled)?;
        let running = tokio::process::Command::new(path)
            .args(args)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output();
        let output = tokio::time::timeout(LIMIT, running)
            .await
            .map_err(|_| ToolFailure::TimedOut)?
            .map_err(ToolFailure::NotStarted)?;
        Ok(ToolOutput {
            succeeded: output.status.success(),
            stdout: String::from_utf8_lossy(&output.stdout).into_owned(),
            stderr: String::from_utf8_lossy(&output.stderr).into_owned(),
        })
    }
}

impl ToolOutput {
    /// Returns the first line of the error message.
    pub(crate) fn complaint(&self) -> &str {
        let mut lines = self.stderr.lines().chain(self.stdout.lines());
        let line = lines.find(|line| !line.trim().is_empty());
        line.unwrap_or("it printed no reason").trim()
    }
}
