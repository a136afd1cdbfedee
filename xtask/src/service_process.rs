//! A process of the product under test: it says on standard output where it listens and when it is ready, logs to a
//! file, and is ended by its id.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, ExitStatus, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, kill_process};
use serde::Deserialize;

const POLL: Duration = Duration::from_millis(20);

/// Lines of the log in messages about a failure.
const LAST_LINES: usize = 20;

/// A running process. Dropping it kills it.
pub(crate) struct ServiceProcess {
    /// As messages name it.
    name: String,
    child: Child,
    lines: mpsc::Receiver<String>,
    log: PathBuf,
}

/// A line of its standard output.
#[derive(Deserialize)]
pub(crate) struct Announcement {
    pub(crate) event: String,
    pub(crate) role: Option<String>,
    pub(crate) url: Option<String>,
}

impl ServiceProcess {
    /// Starts `command` with its standard error appended to `log`, and returns at once.
    pub(crate) fn start(name: &str, command: &mut Command, log: &Path) -> anyhow::Result<Self> {
        let output = File::options().create(true).append(true).open(log);
        let output = output.with_context(|| format!("cannot write {}", log.display()))?;
        let mut child = command
            .env("ODD_LOG_FORMAT", "text")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(output)
            .spawn()
            .with_context(|| format!("cannot start the {name}"))?;
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

    /// The next thing that it says; fails when nothing comes by the deadline.
    pub(crate) fn next_announcement(&self, deadline: Instant) -> anyhow::Result<Announcement> {
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(line) = self.lines.recv_timeout(left) else {
                bail!(
                    "the {} does not become ready\n{}",
                    self.name,
                    self.last_words()
                );
            };
            if let Ok(said) = serde_json::from_str(&line) {
                return Ok(said);
            }
        }
    }

    /// Sends a signal, unless it has ended.
    pub(crate) fn signal(&mut self, signal: Signal) {
        let is_running = matches!(self.child.try_wait(), Ok(None));
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        if let Some(pid) = pid.filter(|_| is_running) {
            // It may have ended since; then it is a zombie, which takes no harm.
            let _ended = kill_process(pid, signal);
        }
    }

    /// Kills it, and returns when nothing of it runs any more.
    pub(crate) fn kill(&mut self) -> anyhow::Result<ExitStatus> {
        self.child.kill()?;
        Ok(self.child.wait()?)
    }

    /// How it ended, if it did.
    pub(crate) fn ended(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        Ok(self.child.try_wait()?)
    }

    /// Waits until it has ended.
    pub(crate) fn await_end(&mut self, limit: Duration) -> anyhow::Result<ExitStatus> {
        let deadline = Instant::now() + limit;
        while Instant::now() < deadline {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            thread::sleep(POLL);
        }
        bail!("the {} did not end within {} s", self.name, limit.as_secs())
    }

    /// Everything that it logged.
    pub(crate) fn log(&self) -> anyhow::Result<String> {
        fs::read_to_string(&self.log).context("cannot read the log file")
    }

    /// The end of what it logged.
    pub(crate) fn last_words(&self) -> String {
        let log = self.log().unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(LAST_LINES)..].join("\n")
    }
}

impl Drop for ServiceProcess {
    fn drop(&mut self) {
        // Both fail only when the process is gone already.
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

/// Reads lines until the stream ends, also after nobody listens any more: a full pipe would block the child.
fn follow(stdout: ChildStdout) -> mpsc::Receiver<String> {
    let (sender, receiver) = mpsc::channel();
    thread::spawn(move || {
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            sender.send(line).ok();
        }
    });
    receiver
}
