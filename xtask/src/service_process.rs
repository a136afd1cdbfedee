//! A process of the product under test. It announces its address and its readiness on standard output and logs to a file.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use odd_private_servers::spawn_dependent;
use rustix::process::{Pid, Signal, kill_process};
use serde::Deserialize;

use crate::interrupt;

const POLL: Duration = Duration::from_millis(20);

/// The number of log lines in an error message.
const LAST_LINES: usize = 20;

/// A running process. Dropping it kills it.
pub(crate) struct ServiceProcess {
    /// The name in error messages.
    name: String,
    child: Child,
    lines: mpsc::Receiver<String>,
    log: PathBuf,
}

/// A JSON line of the standard output.
#[derive(Deserialize)]
pub(crate) struct Announcement {
    pub(crate) event: String,
    pub(crate) role: Option<String>,
    pub(crate) url: Option<String>,
}

/// Keeps the default configuration file of the user out of a test, unless the command or the environment names a file.
pub(crate) fn ignore_user_configuration(command: &mut Command) {
    let is_configured = std::env::var_os("ODD_CONFIG").is_some()
        || command.get_envs().any(|(name, _)| name == "ODD_CONFIG");
    if !is_configured {
        command.env("ODD_CONFIG", "/dev/null");
    }
}

impl ServiceProcess {
    /// Starts `command`, a [`dependent_command`](odd_private_servers::dependent_command), with its standard error appended to
    /// `log`, and returns at once.
    pub(crate) fn start(name: &str, mut command: Command, log: &Path) -> anyhow::Result<Self> {
        let output = File::options().create(true).append(true).open(log);
        let output = output.with_context(|| format!("cannot write {}", log.display()))?;
        ignore_user_configuration(&mut command);
        command
            .env("ODD_LOG_FORMAT", "text")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(output);
        let mut child =
            spawn_dependent(command).with_context(|| format!("cannot start the {name}"))?;
        let stdout = child.stdout.take().expect("standard output is piped");
        Ok(Self {
            name: name.to_owned(),
            child,
            lines: follow(stdout),
            log: log.to_owned(),
        })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the next announcement. Fails if the process ends, after the deadline, and after an interrupt.
    pub(crate) fn next_announcement(&self, deadline: Instant) -> anyhow::Result<Announcement> {
        loop {
            interrupt::check()?;
            match self.lines.recv_timeout(POLL) {
                Ok(line) => {
                    if let Ok(announcement) = serde_json::from_str(&line) {
                        return Ok(announcement);
                    }
                }
                Err(RecvTimeoutError::Timeout) if Instant::now() < deadline => {}
                Err(_) => bail!(
                    "the {} does not become ready\n{}",
                    self.name,
                    self.last_log_lines()
                ),
            }
        }
    }

    /// Returns the next announcement, or `None` if there is none yet.
    pub(crate) fn try_announcement(&self) -> Option<Announcement> {
        let mut lines = self.lines.try_iter();
        lines.find_map(|line| serde_json::from_str(&line).ok())
    }

    /// Sends a signal, if the process is running.
    pub(crate) fn signal(&mut self, signal: Signal) {
        let is_running = matches!(self.child.try_wait(), Ok(None));
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        if let Some(pid) = pid.filter(|_| is_running) {
            // If it has ended since, it is a zombie, which ignores signals.
            let _ended = kill_process(pid, signal);
        }
    }

    /// Kills the process and waits until it has ended.
    pub(crate) fn kill(&mut self) -> anyhow::Result<ExitStatus> {
        self.child.kill()?;
        Ok(self.child.wait()?)
    }

    /// Returns the exit status, or `None` while the process runs.
    pub(crate) fn ended(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Waits until the process has ended. Fails after the limit, and after a second interrupt.
    pub(crate) fn await_end(&mut self, limit: Duration) -> anyhow::Result<ExitStatus> {
        let deadline = Instant::now() + limit;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            interrupt::check_second()?;
            thread::sleep(POLL);
        }
        bail!("the {} did not end within {} s", self.name, limit.as_secs())
    }

    /// Returns the whole log.
    pub(crate) fn log(&self) -> anyhow::Result<String> {
        fs::read_to_string(&self.log).context("cannot read the log file")
    }

    /// Returns the end of the log.
    pub(crate) fn last_log_lines(&self) -> String {
        let log = self.log().unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(LAST_LINES)..].join("\n")
    }
}

impl Drop for ServiceProcess {
    fn drop(&mut self) {
        // Both fail only if the process has ended already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Reads lines until the stream ends, even after the receiver was dropped: a full pipe would block the child.
fn follow(stdout: ChildStdout) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            sender.send(line).ok();
        }
    });
    receiver
}
