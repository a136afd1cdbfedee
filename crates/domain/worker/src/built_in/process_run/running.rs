use std::io;
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use tokio::process::{Child, ChildStderr, ChildStdin, ChildStdout, Command};
use tokio::runtime::Handle;

use super::group::Group;

/// A program on its way. Whatever happens to this value, the program and all that it started in its process group
/// come to an end.
pub(super) struct Running {
    pub(super) process: Process,
    pub(super) pipes: Pipes,
    /// Whether nobody but a task of its own waits for it.
    is_orphan: bool,
}

pub(super) struct Process {
    /// Absent once it has ended, or has been handed to a task of its own.
    child: Option<Child>,
    group: Group,
    grace: Duration,
}

/// Each is present until it is taken.
#[derive(Default)]
pub(super) struct Pipes {
    pub(super) stdin: Option<ChildStdin>,
    pub(super) stdout: Option<ChildStdout>,
    pub(super) stderr: Option<ChildStderr>,
}

impl Running {
    /// Starts the program as the leader of its own process group.
    pub(super) fn start(mut command: Command, grace: Duration) -> io::Result<Self> {
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
        let process = Process {
            group: Group::of(&child),
            child: Some(child),
            grace,
        };
        Ok(Self {
            process,
            pipes,
            is_orphan: false,
        })
    }

    /// Stops the program when nobody listens to it any more. Its output is read on: writing to a closed pipe would
    /// kill it in the middle of its farewell.
    async fn stop_unheard(&mut self) {
        let unheard = async {
            tokio::join!(
                discard(&mut self.pipes.stdout),
                discard(&mut self.pipes.stderr)
            );
            std::future::pending::<()>().await;
        };
        tokio::select! {
            _ = self.process.stop() => {}
            () = unheard => {}
        }
    }
}

impl Process {
    /// Waits for the program to end; then ends what it left behind. Cancel safe.
    pub(super) async fn wait(&mut self) -> io::Result<ExitStatus> {
        let child = self.child.as_mut().expect("is waited for until it ends");
        let status = child.wait().await?;
        self.group.kill();
        self.child = None;
        Ok(status)
    }

    /// Asks the program to end, and ends it when it has not done so after the grace period.
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

/// An attempt that ends early, by its time limit or the loss of its lease, drops the value. The program still gets
/// its grace period, from a task of its own; if that cannot run, it is killed at once.
impl Drop for Running {
    fn drop(&mut self) {
        let Some(child) = self.process.child.take() else {
            return;
        };
        if let (false, Ok(runtime)) = (self.is_orphan, Handle::try_current()) {
            let mut orphan = Self {
                process: Process {
                    child: Some(child),
                    ..self.process
                },
                pipes: std::mem::take(&mut self.pipes),
                is_orphan: true,
            };
            runtime.spawn(async move { orphan.stop_unheard().await });
        } else {
            self.process.group.kill();
            drop(child); // kills it where there are no groups
        }
    }
}

async fn discard(output: &mut Option<impl tokio::io::AsyncRead + Unpin>) {
    if let Some(output) = output {
        // A broken pipe is as good as a closed one.
        let _ = tokio::io::copy(output, &mut tokio::io::sink()).await;
    }
}
