use std::fs;
use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use odd_private_servers::dependent_command;
use rustix::process::Signal;

use crate::cluster::progress::Progress;
use crate::interrupt;
use crate::service_process::ServiceProcess;

const READY_WITHIN: Duration = Duration::from_secs(60);
const END_WITHIN: Duration = Duration::from_secs(60);

/// The command of a role, for the first start and for restarts.
pub(crate) struct Launch {
    pub(crate) binary: PathBuf,
    pub(crate) role: &'static str,
    pub(crate) environment: Vec<(String, String)>,
    pub(crate) log: PathBuf,
}

impl Launch {
    /// Starts the role. With port 0 it announces the port that it chose.
    fn start(&self, port: u16) -> anyhow::Result<ServiceProcess> {
        let mut command = dependent_command(&self.binary);
        command
            .args(["serve", self.role, "--addr", &format!("127.0.0.1:{port}")])
            .envs(self.environment.iter().cloned());
        leave_terminal_group(&mut command);
        ServiceProcess::start(self.role, command, &self.log)
    }
}

/// Starts the command in its own process group, so that Ctrl+C reaches only xtask, which drains roles before servers.
#[cfg(unix)]
fn leave_terminal_group(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

#[cfg(not(unix))]
fn leave_terminal_group(_: &mut Command) {}

/// A running `odd-dashboard serve ROLE` with an address that survives restarts. Dropping it kills the process.
pub(crate) struct RoleProcess {
    launch: Launch,
    process: ServiceProcess,
    progress: Progress,
    url: String,
    port: u16,
}

impl RoleProcess {
    /// Starts the role and waits until it listens.
    pub(crate) fn start(launch: Launch, port: u16) -> anyhow::Result<Self> {
        fs::write(&launch.log, "")
            .with_context(|| format!("cannot create {}", launch.log.display()))?;
        let process = launch.start(port)?;
        let url = await_event(&process, "listening")?;
        let url = url.with_context(|| format!("the {} announced no address", launch.role))?;
        let port = url.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
        Ok(Self {
            launch,
            process,
            progress: Progress::Listening,
            port: port.context("the URL ends with a port")?,
            url,
        })
    }

    /// Sets the binary of the next start.
    pub(crate) fn set_binary(&mut self, binary: &Path) {
        binary.clone_into(&mut self.launch.binary);
    }

    pub(crate) fn binary(&self) -> &Path {
        &self.launch.binary
    }

    /// Starts a new process at the same address and returns at once. Kills the old one if it is running.
    pub(crate) fn restart(&mut self) -> anyhow::Result<()> {
        self.process.kill()?;
        self.process = self.launch.start(self.port)?;
        self.progress = Progress::Starting;
        Ok(())
    }

    pub(crate) fn role(&self) -> &'static str {
        self.launch.role
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// Returns the path of the log, which all processes of this role append to.
    pub(crate) fn log(&self) -> &Path {
        &self.launch.log
    }

    /// Waits until the role announces that it is ready.
    pub(crate) fn await_ready(&mut self) -> anyhow::Result<()> {
        await_event(&self.process, "ready")?;
        self.progress = Progress::Ready;
        Ok(())
    }

    /// Returns how far the process has started, according to its announcements.
    pub(crate) fn progress(&mut self) -> Progress {
        while let Some(announcement) = self.process.try_announcement() {
            match announcement.event.as_str() {
                "listening" => self.progress = Progress::Listening,
                "ready" => self.progress = Progress::Ready,
                _ => {}
            }
        }
        self.progress
    }

    /// Sends a signal to the process, if it is running.
    pub(crate) fn signal(&mut self, signal: Signal) {
        self.process.signal(signal);
    }

    /// Kills the process and waits until it has ended.
    pub(crate) fn kill(&mut self) -> anyhow::Result<()> {
        self.process.kill().map(drop)
    }

    /// Requests the process to drain and end.
    pub(crate) fn terminate(&mut self) {
        self.signal(Signal::TERM);
    }

    /// Waits until the process has ended and returns its exit status.
    pub(crate) fn await_status(&mut self) -> anyhow::Result<ExitStatus> {
        self.process.await_end(END_WITHIN)
    }

    /// Waits until the process has ended, and fails unless it drained.
    fn await_drained(&mut self) -> anyhow::Result<()> {
        let status = self.await_status()?;
        let was_terminated = status.signal() == Some(Signal::TERM.as_raw());
        if was_terminated && self.progress() == Progress::Starting {
            // It did not handle signals yet, and had nothing to drain.
            return Ok(());
        }
        let (role, log) = (self.role(), self.process.last_log_lines());
        ensure!(status.success(), "the {role} ended with {status}\n{log}");
        Ok(())
    }

    /// Returns the exit status, or `None` while the process runs.
    pub(crate) fn status(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        self.process.ended()
    }
}

/// Requests the roles that are running to drain, and waits until all of them have ended. Kills those that do not end in
/// time, and all of them after a second interrupt.
///
/// # Errors
/// If a role does not end, or ends with an error; after a second interrupt.
pub(super) fn drain(mut roles: Vec<RoleProcess>) -> anyhow::Result<()> {
    roles.retain_mut(|role| matches!(role.status(), Ok(None)));
    roles.iter_mut().for_each(RoleProcess::terminate);
    let mut errors = Vec::new();
    for role in &mut roles {
        if let Err(error) = role.await_drained() {
            interrupt::check_second()?;
            errors.push(format!("{error:#}"));
        }
    }
    ensure!(errors.is_empty(), "{}", errors.join("\n"));
    Ok(())
}

/// Waits for an announcement and returns the URL in it.
fn await_event(process: &ServiceProcess, event: &str) -> anyhow::Result<Option<String>> {
    let deadline = Instant::now() + READY_WITHIN;
    loop {
        let announcement = process.next_announcement(deadline)?;
        if announcement.event == event {
            return Ok(announcement.url);
        }
    }
}

#[cfg(test)]
mod tests;
