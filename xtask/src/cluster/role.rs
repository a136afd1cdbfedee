use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use rustix::process::{Pid, Signal, kill_process};
use serde::Deserialize;

const READY_WITHIN: Duration = Duration::from_secs(60);
const END_WITHIN: Duration = Duration::from_secs(60);
const POLL: Duration = Duration::from_millis(50);

/// A running `odd-dashboard serve ROLE`. Dropping it kills the process.
pub(crate) struct RoleProcess {
    role: &'static str,
    child: Child,
    lines: mpsc::Receiver<String>,
    log: PathBuf,
    url: String,
}

#[derive(Deserialize)]
struct Announcement {
    event: String,
    url: Option<String>,
}

impl RoleProcess {
    /// Starts it, and waits until it listens.
    pub(crate) fn start(
        binary: &Path,
        role: &'static str,
        port: u16,
        environment: Vec<(&'static str, String)>,
        log: &Path,
    ) -> anyhow::Result<Self> {
        let output = File::create(log).with_context(|| format!("cannot make {}", log.display()))?;
        let mut child = Command::new(binary)
            .args(["serve", role, "--addr", &format!("127.0.0.1:{port}")])
            .env("ODD_LOG_FORMAT", "text")
            .envs(environment)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(output)
            .spawn()
            .with_context(|| format!("cannot start {}", binary.display()))?;
        let stdout = child.stdout.take().expect("standard output is piped");
        let mut process = Self {
            role,
            child,
            lines: follow(stdout),
            log: log.to_owned(),
            url: String::new(),
        };
        process.url = process
            .await_line("listening")?
            .with_context(|| format!("the {role} does not say where it listens"))?;
        Ok(process)
    }

    /// Kills it, and starts another in its place.
    pub(crate) fn restart(
        &mut self,
        binary: &Path,
        environment: Vec<(&'static str, String)>,
    ) -> anyhow::Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        let port = self
            .url
            .rsplit_once(':')
            .and_then(|(_, port)| port.parse().ok());
        let port = port.context("the URL ends with a port")?;
        let log = self.log.with_extension(format!("{}.log", self.child.id()));
        *self = Self::start(binary, self.role, port, environment, &log)?;
        Ok(())
    }

    pub(crate) fn role(&self) -> &'static str {
        self.role
    }

    pub(crate) fn url(&self) -> &str {
        &self.url
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits until it can do its work.
    pub(crate) fn await_ready(&mut self) -> anyhow::Result<()> {
        self.await_line("ready").map(drop)
    }

    fn await_line(&mut self, event: &str) -> anyhow::Result<Option<String>> {
        let deadline = Instant::now() + READY_WITHIN;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(line) = self.lines.recv_timeout(left) else {
                bail!("the {} is not {event}\n{}", self.role, self.last_words());
            };
            match serde_json::from_str::<Announcement>(&line) {
                Ok(said) if said.event == event => return Ok(said.url),
                _ => {}
            }
        }
    }

    /// Asks it to drain and end.
    pub(crate) fn terminate(&mut self) {
        let is_running = matches!(self.child.try_wait(), Ok(None));
        let pid = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw);
        if let Some(pid) = pid.filter(|_| is_running) {
            // It may have ended since; then it is a zombie, which takes no harm.
            let _ended = kill_process(pid, Signal::TERM);
        }
    }

    /// Waits until it has ended, and fails unless it ended well.
    pub(crate) fn await_end(&mut self) -> anyhow::Result<()> {
        let deadline = Instant::now() + END_WITHIN;
        while Instant::now() < deadline {
            match self.child.try_wait()? {
                Some(status) if status.success() => return Ok(()),
                Some(status) => {
                    bail!(
                        "the {} ended with {status}\n{}",
                        self.role,
                        self.last_words()
                    )
                }
                None => thread::sleep(POLL),
            }
        }
        bail!("the {} did not end in time", self.role)
    }

    /// Whether it ended by itself, and how.
    pub(crate) fn has_ended(&mut self) -> anyhow::Result<Option<String>> {
        let status = self.child.try_wait()?;
        Ok(
            status
                .map(|status| format!("the {} ended: {status}\n{}", self.role, self.last_words())),
        )
    }

    fn last_words(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

impl Drop for RoleProcess {
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
