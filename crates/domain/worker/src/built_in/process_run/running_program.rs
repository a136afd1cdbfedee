use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::runtime::Handle;

use super::group::Group;

/// A running program. When this value is dropped, the program and all processes in its group are stopped.
pub(super) struct RunningProgram {
    pub(super) process: Process,
    pub(super) pipes: Pipes,
    /// Whether its attempt has ended and only a background task still waits for it.
    is_detached: bool,
}

pub(super) struct Process {
    /// `None` once it has ended or was moved to a background task.
    child: Option<Child>,
    group: Group,
    grace: Duration,
}

/// The pipes to the program; each is present until it is taken.
#[derive(Default)]
pub(super) struct Pipes {
    pub(super) stdin: Option<ChildStdin>,
    pub(super) stdout: Option<ChildStdout>,
    pub(super) stderr: Option<ChildStderr>,
}

impl RunningProgram {
    /// Starts the program as the leader of its own process group, with this soft limit of open files.
    pub(super) fn start(
        mut command: Command,
        grace: Duration,
        open_files: Option<u64>,
    ) -> io::Result<Self> {
        Group::prepare(&mut command);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let pipes = Pipes {
            stdin: child.stdin.take(),
            stdout: child.stdout.take(),
            stderr: child.stderr.take(),
        };
        let group = Group::of(&child);
        if let Some(limit) = open_files {
            group.limit_open_files(limit);
        }
        let process = Process {
            group,
            child: Some(child),
            grace,
        };
        Ok(Self {
            process,
            pipes,
            is_detached: false,
        })
    }

    /// Stops the program after its attempt has ended. Its output is still read and discarded: writing to a closed pipe would
    /// kill it while it shuts down.
    async fn stop_detached(&mut self) {
        let discarding = async {
            tokio::join!(
                discard(&mut self.pipes.stdout),
                discard(&mut self.pipes.stderr)
            );
            std::future::pending::<()>().await;
        };
        tokio::select! {
            _ = self.process.stop() => {}
            () = discarding => {}
        }
    }
}

impl Process {
    /// Waits for the program to end, then kills the processes that it left in its group. Cancel safe.
    pub(super) async fn wait(&mut self) -> io::Result<ExitStatus> {
        let child = self.child.as_mut().expect("is waited for until it ends");
        let status = child.wait().await?;
        self.group.kill();
        self.child = None;
        Ok(status)
    }

    /// Sends SIGTERM to the group, and SIGKILL if the program has not ended after the grace period.
    pub(super) async fn stop(&mut self) -> io::Result<ExitStatus> {
        self.group.terminate();
        if let Ok(ended) = tokio::time::timeout(self.grace, self.wait()).await {
            return ended;
        }
        self.group.kill();
        if let Some(child) = &mut self.child {
            child.start_kill()?;
        }
        self.wait().await
    }
}

/// The value is dropped when an attempt ends early, because it timed out or lost its lease. A background task then gives the
/// program its grace period; without a runtime for that task, the program is killed at once.
impl Drop for RunningProgram {
    fn drop(&mut self) {
        let Some(child) = self.process.child.take() else {
            return;
        };
        if let (false, Ok(runtime)) = (self.is_detached, Handle::try_current()) {
            let mut detached = Self {
                process: Process {
                    child: Some(child),
                    ..self.process
                },
                pipes: std::mem::take(&mut self.pipes),
                is_detached: true,
            };
            runtime.spawn(async move { detached.stop_detached().await });
        } else {
            self.process.group.kill();
            drop(child); // kills the program on platforms without process groups
        }
    }
}

async fn discard(output: &mut Option<impl tokio::io::AsyncRead + Unpin>) {
    if let Some(output) = output {
        // A broken pipe is treated like a closed one.
        let _ = tokio::io::copy(output, &mut tokio::io::sink()).await;
    }
}
