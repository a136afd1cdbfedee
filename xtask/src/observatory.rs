use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use odd_private_servers::dependent_command;
use serde_json::{Value, json};

use crate::http;
use crate::process;
use crate::service_process::{ServiceProcess, ignore_user_configuration};
use crate::workspace::Workspace;

/// Longest wait until it is ready, and until its jobs are finished.
const LIMIT: Duration = Duration::from_secs(60);

const POLL: Duration = Duration::from_millis(100);

/// An observatory in a temporary directory, on free ports.
pub(crate) struct Observatory {
    process: ServiceProcess,
    _dir: tempfile::TempDir,
    binary: PathBuf,
    gateway_url: String,
    url: String,
    terminals_url: String,
}

impl Observatory {
    /// Starts one, and waits until it is ready. Its jobs may run the program `allowed`.
    pub(crate) fn start(
        workspace: &Workspace,
        binary: &Path,
        allowed: Option<&str>,
    ) -> anyhow::Result<Self> {
        let dir = tempfile::tempdir_in(workspace.scratch("bench")?)?;
        let mut command = dependent_command(binary);
        if let Some(program) = allowed {
            command.env("ODD_PROCESS_RUN_ALLOW", program);
        }
        command
            .arg("up")
            // As many as the bench of terminals opens, from one address.
            .env("ODD_PTY_MAX_SESSIONS_PER_CLIENT", "50")
            .env("ODD_DATA_DIR", dir.path().join("data"));
        for role in [
            "GATEWAY",
            "READ_MODEL",
            "WEB",
            "PROCESSOR",
            "METRICS_ENGINE",
            "PTY",
            "PTY_METRICS",
        ] {
            command.env(format!("ODD_{role}_ADDR"), "127.0.0.1:0");
        }
        let process = ServiceProcess::start("observatory", command, &dir.path().join("log"))?;
        let (mut gateway, mut read_model, mut web_pty) = (None, None, None);
        loop {
            let announcement = process.next_announcement(Instant::now() + LIMIT)?;
            match (announcement.role.as_deref(), announcement.event.as_str()) {
                (Some("gateway"), _) => gateway = announcement.url,
                (Some("read-model"), _) => read_model = announcement.url,
                (Some("web-pty"), _) => web_pty = announcement.url,
                (_, "ready") => break,
                _ => {}
            }
        }
        Ok(Self {
            binary: binary.to_owned(),
            gateway_url: gateway.context("it announced no gateway")?,
            url: read_model.context("it announced no read-model")?,
            terminals_url: web_pty.context("it announced no web-pty")?,
            process,
            _dir: dir,
        })
    }

    /// Lets it run many small jobs, and waits until they are finished and counted.
    pub(crate) fn complete_jobs(&self, jobs: usize) -> anyhow::Result<()> {
        let mut lines = String::new();
        for number in 0..jobs {
            let job = json!({"type": "echo", "payload": {"number": number}});
            writeln!(lines, "{job}")?;
        }
        self.submit(&lines)?;
        self.await_completed(u64::try_from(jobs)?)
    }

    /// Waits until as many jobs are completed and counted.
    pub(crate) fn await_completed(&self, jobs: u64) -> anyhow::Result<()> {
        let deadline = Instant::now() + LIMIT;
        while http::get_json(self.url(), "/stats")?["completedJobs"].as_u64() < Some(jobs) {
            ensure!(
                Instant::now() < deadline,
                "the jobs are not finished in time"
            );
            thread::sleep(POLL);
        }
        Ok(())
    }

    /// The URL of its read-model.
    pub(crate) fn url(&self) -> &str {
        self.url.trim_end_matches('/')
    }

    /// The URL of its web-pty-server.
    pub(crate) fn terminals_url(&self) -> &str {
        &self.terminals_url
    }

    /// The process id.
    pub(crate) fn pid(&self) -> u32 {
        self.process.pid()
    }

    /// The URL of its gateway.
    pub(crate) fn gateway_url(&self) -> &str {
        self.gateway_url.trim_end_matches('/')
    }

    /// Submits a job for each line of JSON.
    pub(crate) fn submit(&self, lines: &str) -> anyhow::Result<()> {
        let file = self._dir.path().join("jobs.ndjson");
        fs::write(&file, lines)?;
        let mut submit = self.command();
        submit
            .env("ODD_GATEWAY_URL", &self.gateway_url)
            .args(["submit", "--batch"])
            .arg(file);
        process::output(&mut submit).map(drop)
    }

    /// Returns an event of one of its jobs.
    pub(crate) fn event(&self) -> anyhow::Result<Value> {
        let mut events = self.command();
        events.args([
            "events",
            "--since",
            "1h",
            "--type",
            "job.completed",
            "--limit",
            "1",
            "-o",
            "jsonl",
        ]);
        let text = process::output(&mut events)?;
        let line = text.lines().next().context("it has no events")?;
        Ok(serde_json::from_str(line)?)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.binary);
        ignore_user_configuration(&mut command);
        command.env("ODD_READ_MODEL_URL", self.url());
        command
    }
}
