use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use rustix::process::Signal;

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
        let mut command = Command::new(&self.binary);
        command
            .args(["serve", self.role, "--addr", &format!("127.0.0.1:{port}")])
            .envs(self.environment.iter().cloned());
        leave_terminal_group(&mut command);
        ServiceProcess::start(self.role, &mut command, &self.log)
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
            port: port.context("the URL ends with a port")?,
            url,
        })
    }

    /// Starts a new process at the same address and returns at once. Kills the old one if it is running.
    pub(crate) fn restart(&mut self) -> anyhow::Result<()> {
        self.process.kill()?;
        self.process = self.launch.start(self.port)?;
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
        await_event(&self.process, "ready").map(drop)
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

    /// Waits until the process has ended, and fails unless it succeeded.
    pub(crate) fn await_end(&mut self) -> anyhow::Result<()> {
        let status = self.await_status()?;
        let (role, log) = (self.role(), self.process.last_log_lines());
        ensure!(status.success(), "the {role} ended with {status}\n{log}");
        Ok(())
    }

    /// Returns the exit status, or `None` while the process runs.
    pub(crate) fn status(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        self.process.ended()
    }
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
