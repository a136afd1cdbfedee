use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus};
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use rustix::process::Signal;

use crate::service_process::ServiceProcess;

const READY_WITHIN: Duration = Duration::from_secs(60);
const END_WITHIN: Duration = Duration::from_secs(60);

/// How a role is started, the first time and again.
pub(crate) struct Launch {
    pub(crate) binary: PathBuf,
    pub(crate) role: &'static str,
    pub(crate) environment: Vec<(String, String)>,
    pub(crate) log: PathBuf,
}

impl Launch {
    /// Where it listens it says itself when `port` is 0.
    fn start(&self, port: u16) -> anyhow::Result<ServiceProcess> {
        let mut command = Command::new(&self.binary);
        command
            .args(["serve", self.role, "--addr", &format!("127.0.0.1:{port}")])
            .envs(self.environment.iter().cloned());
        ServiceProcess::start(self.role, &mut command, &self.log)
    }
}

/// A running `odd-dashboard serve ROLE`, at one address for its whole life. Dropping it kills the process.
pub(crate) struct RoleProcess {
    launch: Launch,
    process: ServiceProcess,
    url: String,
    port: u16,
}

impl RoleProcess {
    /// Starts it, and waits until it listens.
    pub(crate) fn start(launch: Launch, port: u16) -> anyhow::Result<Self> {
        fs::write(&launch.log, "")
            .with_context(|| format!("cannot make {}", launch.log.display()))?;
        let process = launch.start(port)?;
        let url = await_event(&process, "listening")?;
        let url = url.with_context(|| format!("the {} says no address", launch.role))?;
        let port = url.rsplit_once(':').and_then(|(_, port)| port.parse().ok());
        Ok(Self {
            launch,
            process,
            port: port.context("the URL ends with a port")?,
            url,
        })
    }

    /// Starts another process in its place, at the same address, and returns at once. One that still runs is killed.
    pub(crate) fn start_again(&mut self) -> anyhow::Result<()> {
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

    /// Where it logs, whichever process stands in its place.
    pub(crate) fn log(&self) -> &Path {
        &self.launch.log
    }

    /// Waits until it can do its work.
    pub(crate) fn await_ready(&mut self) -> anyhow::Result<()> {
        await_event(&self.process, "ready").map(drop)
    }

    /// Sends a signal to the process, unless it has ended.
    pub(crate) fn signal(&mut self, signal: Signal) {
        self.process.signal(signal);
    }

    /// Kills the process, and returns when it is gone.
    pub(crate) fn kill(&mut self) -> anyhow::Result<()> {
        self.process.kill().map(drop)
    }

    /// Asks it to drain and end.
    pub(crate) fn terminate(&mut self) {
        self.signal(Signal::TERM);
    }

    /// Waits until it has ended, however that was.
    pub(crate) fn await_status(&mut self) -> anyhow::Result<ExitStatus> {
        self.process.await_end(END_WITHIN)
    }

    /// Waits until it has ended, and fails unless it ended well.
    pub(crate) fn await_end(&mut self) -> anyhow::Result<()> {
        let status = self.await_status()?;
        let (role, last_words) = (self.role(), self.process.last_words());
        ensure!(
            status.success(),
            "the {role} ended with {status}\n{last_words}"
        );
        Ok(())
    }

    /// How it ended, if it did.
    pub(crate) fn status(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        self.process.ended()
    }

    /// Whether it ended by itself, and how.
    pub(crate) fn has_ended(&mut self) -> anyhow::Result<Option<String>> {
        let status = self.process.ended()?;
        let (role, last_words) = (self.role(), self.process.last_words());
        Ok(status.map(|status| format!("the {role} ended: {status}\n{last_words}")))
    }
}

/// What it says of its address in this event.
fn await_event(process: &ServiceProcess, event: &str) -> anyhow::Result<Option<String>> {
    let deadline = Instant::now() + READY_WITHIN;
    loop {
        let said = process.next_announcement(deadline)?;
        if said.event == event {
            return Ok(said.url);
        }
    }
}
