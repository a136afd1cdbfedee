//! The first process of a container.
//!
//! Processes whose parent has ended become children of process 1, which has to wait for them: otherwise their entries stay in
//! the process table as zombies until none is left. A program of a job can leave such processes. If the roles ran in process 1
//! themselves, they could not wait for any child without taking the exit status of their own programs from the tasks that wait
//! for them. So process 1 runs the roles in a child, passes signals on to it, and waits for all others.

use std::io;
use std::os::unix::process::ExitStatusExt;
use std::process::{Command, ExitCode, ExitStatus};

use rustix::process::{Pid, Signal, WaitOptions, kill_process, wait};
use tokio::signal::unix::{SignalKind, signal};

use crate::signals::ignores_hangup;

/// The signals that are passed on. The others end process 1, or have no effect on it, as on any process.
const PASSED_ON: [Signal; 7] = [
    Signal::TERM,
    Signal::INT,
    Signal::HUP,
    Signal::QUIT,
    Signal::USR1,
    Signal::USR2,
    Signal::WINCH,
];

/// In process 1, runs this command line in a child and returns its exit code. Returns `None` in any other process, and if the
/// child cannot be started: then the roles run in this process.
pub(crate) fn run_as_first_process() -> Option<ExitCode> {
    if std::process::id() != 1 {
        return None;
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build();
    match runtime.and_then(|runtime| runtime.block_on(supervise())) {
        Ok(status) => Some(exit_code(status)),
        Err(error) => {
            eprintln!(
                "warning: process 1 cannot wait for processes that programs of jobs leave: {error}"
            );
            None
        }
    }
}

async fn supervise() -> io::Result<ExitStatus> {
    // Before the child is started, so that no signal is missed.
    let mut child_ended = signal(SignalKind::child())?;
    let mut signals = Vec::new();
    for number in PASSED_ON {
        if number != Signal::HUP || !ignores_hangup() {
            signals.push((number, signal(SignalKind::from_raw(number.as_raw()))?));
        }
    }
    let child = Command::new(std::env::current_exe()?)
        .args(std::env::args_os().skip(1))
        .spawn()?;
    let child = Pid::from_child(&child);
    for (number, mut received) in signals {
        tokio::spawn(async move {
            while received.recv().await.is_some() {
                // Fails when the child has just ended.
                let _ = kill_process(child, number);
            }
        });
    }
    loop {
        if let Some(status) = wait_for_ended(child) {
            return Ok(status);
        }
        child_ended.recv().await;
    }
}

/// Waits for every child that has ended. Returns the status of `child` if it is among them.
fn wait_for_ended(child: Pid) -> Option<ExitStatus> {
    loop {
        match wait(WaitOptions::NOHANG) {
            Ok(Some((pid, status))) if pid == child => {
                return Some(ExitStatus::from_raw(status.as_raw()));
            }
            Ok(Some(_)) | Err(rustix::io::Errno::INTR) => {}
            Ok(None) => return None,
            // There is no child left, although nothing else waits for it.
            Err(_) => return Some(ExitStatus::default()),
        }
    }
}

/// As a shell reports it.
fn exit_code(status: ExitStatus) -> ExitCode {
    let signalled = status.signal().map(|signal| 128 + signal);
    let code = status.code().or(signalled).unwrap_or(1);
    ExitCode::from(u8::try_from(code).unwrap_or(1))
}
