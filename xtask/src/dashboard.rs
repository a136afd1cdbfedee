//! A private observatory for one suite: own data directory, free ports.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use serde::Deserialize;

const READY_WITHIN: Duration = Duration::from_secs(30);

const ADDRESSES: [&str; 4] = [
    "ODD_GATEWAY_ADDR",
    "ODD_READ_MODEL_ADDR",
    "ODD_PROCESSOR_ADDR",
    "ODD_METRICS_ENGINE_ADDR",
];

/// A running `odd-dashboard up`. Dropping it kills the process.
pub(crate) struct Dashboard {
    child: Child,
    log: PathBuf,
    urls: BTreeMap<String, String>,
}

#[derive(Deserialize)]
struct Announcement {
    event: String,
    role: Option<String>,
    url: Option<String>,
}

impl Dashboard {
    /// Starts `binary` with everything it writes under `folder`, and waits until it is ready.
    pub(crate) fn start(binary: &Path, folder: &Path) -> anyhow::Result<Self> {
        let log = folder.join("odd-dashboard.log");
        let mut command = Command::new(binary);
        command
            .arg("up")
            .env("ODD_DATA_DIR", folder.join("data"))
            .env("ODD_LOG_FORMAT", "text")
            .envs(ADDRESSES.map(|name| (name, "127.0.0.1:0")))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(&log).context("cannot make the log file")?);
        let mut child = command
            .spawn()
            .with_context(|| format!("cannot start {}", binary.display()))?;
        let stdout = child.stdout.take().expect("standard output is piped");
        let mut dashboard = Self {
            child,
            log,
            urls: BTreeMap::new(),
        };
        dashboard.await_ready(stdout)?;
        Ok(dashboard)
    }

    /// Where a role listens.
    pub(crate) fn url(&self, role: &str) -> anyhow::Result<&str> {
        self.urls
            .get(role)
            .map(String::as_str)
            .with_context(|| format!("`odd-dashboard up` announced no {role}"))
    }

    /// Checks that it still runs and that no thread of it panicked, then ends it.
    pub(crate) fn stop(mut self) -> anyhow::Result<()> {
        if let Some(status) = self.child.try_wait()? {
            bail!(
                "the observatory ended by itself: {status}\n{}",
                self.last_words()
            );
        }
        let log = fs::read_to_string(&self.log).context("cannot read the log file")?;
        if let Some(line) = log.lines().find(|line| line.contains("panicked at")) {
            bail!("a thread of the observatory panicked: {line}");
        }
        Ok(())
    }

    fn await_ready(&mut self, stdout: ChildStdout) -> anyhow::Result<()> {
        let lines = follow(stdout);
        let deadline = Instant::now() + READY_WITHIN;
        loop {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok(line) = lines.recv_timeout(left) else {
                bail!(
                    "the observatory did not become ready\n{}",
                    self.last_words()
                );
            };
            let Ok(said) = serde_json::from_str::<Announcement>(&line) else {
                continue;
            };
            match (said.event.as_str(), said.role, said.url) {
                ("listening", Some(role), Some(url)) => drop(self.urls.insert(role, url)),
                ("ready", ..) => return Ok(()),
                _ => {}
            }
        }
    }

    fn last_words(&self) -> String {
        let log = fs::read_to_string(&self.log).unwrap_or_default();
        let lines: Vec<&str> = log.lines().collect();
        lines[lines.len().saturating_sub(20)..].join("\n")
    }
}

impl Drop for Dashboard {
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
