//! Processes that are not servers but end with this process, too.

use std::ffi::OsStr;
use std::io;
use std::process::{Child, Command};

use crate::process::{self, Account, spawn_from_permanent_thread};

/// Returns a command for [`spawn_dependent`]. The process has the id of the child, although the command may run the
/// program through another one.
pub fn dependent_command(program: impl AsRef<OsStr>) -> Command {
    process::command(program, Account::CURRENT)
}

/// Starts a [`dependent_command`]. The kernel kills the process when this process ends, where servers are killed too: see
/// the documentation of this crate.
///
/// # Errors
/// If the process cannot be started.
pub fn spawn_dependent(command: Command) -> io::Result<Child> {
    spawn_from_permanent_thread(command)
}
