use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;

use odd_contracts::{TerminalMode, TerminalView};

/// What a terminal is opened for.
#[derive(Debug, Clone, Copy)]
pub struct Launch<'a> {
    /// Whether the program may change the observatory.
    pub mode: TerminalMode,
    /// What it shows first.
    pub view: &'a TerminalView,
    /// The token of the caller, if tokens are required.
    pub token: Option<&'a str>,
}

/// A program, and everything that it is started with. Nothing is inherited from this process.
#[derive(Clone)]
pub struct ProgramCommand {
    /// Absolute path of the program.
    pub program: PathBuf,
    /// Its arguments.
    pub arguments: Vec<OsString>,
    /// Its whole environment.
    pub environment: Vec<(OsString, OsString)>,
    /// Its working directory.
    pub directory: PathBuf,
}

/// The view of a terminal is not valid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ProgramFailure {
    /// RFC 6901 pointer to the invalid field of the request.
    pub pointer: &'static str,
    /// What is wrong.
    pub message: String,
}

type Build = dyn Fn(Launch<'_>) -> Result<ProgramCommand, ProgramFailure> + Send + Sync;

/// Decides how the program of a terminal is started.
#[derive(Clone)]
pub struct Program(Arc<Build>);

impl Program {
    /// Wraps a function that validates the view, and returns the command.
    pub fn new(
        build: impl Fn(Launch<'_>) -> Result<ProgramCommand, ProgramFailure> + Send + Sync + 'static,
    ) -> Self {
        Self(Arc::new(build))
    }

    pub(crate) fn command(&self, launch: Launch<'_>) -> Result<ProgramCommand, ProgramFailure> {
        (self.0)(launch)
    }
}

impl std::fmt::Debug for Program {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Program")
    }
}

impl std::fmt::Debug for ProgramCommand {
    /// The environment contains the token of the caller.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ProgramCommand")
            .field("program", &self.program)
            .field("arguments", &self.arguments)
            .finish_non_exhaustive()
    }
}
