//! The observatory on a Kubernetes node: it passes the gate, and a rolling restart under load loses and repeats no job.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use anyhow::{Context, ensure};
use serde_json::Value;

use crate::interrupt;
use crate::kubernetes::{Client, Kubectl, elements, host_name};
use crate::process;
use crate::service_process::ignore_user_configuration;

/// Restarted while jobs are submitted and run.
const RESTARTED: [&str; 2] = ["deployment/gateway", "deployment/processor"];
const LIMIT: &str = "--timeout=300s";
/// The number of jobs in one submission.
const JOBS: usize = 10;

/// An observatory whose clients run in the network of the node.
pub(crate) struct Observatory<'a> {
    pub(crate) client: &'a Client,
    pub(crate) kubectl: &'a Kubectl,
    /// A folder for files.
    pub(crate) folder: &'a Path,
    pub(crate) namespace: &'a str,
    pub(crate) binary: &'a Path,
    /// The file with the token of the administrator.
    pub(crate) token: PathBuf,
}

impl Observatory<'_> {
    /// Fails unless every aspect of the gate passes whose servers are real.
    pub(crate) fn pass_gate(&self, artifacts: &Path) -> anyhow::Result<()> {
        let mut command = self.command(&["gate", "--accept-skipped", "--artifacts"]);
        command.arg(artifacts);
        command.args(["--prometheus", &self.url("prometheus", 9090)]);
        command.args(["--alertmanager", &self.url("alertmanager", 9093)]);
        process::run(&mut command)
    }

    /// Restarts gateways and processors one after the other while jobs are submitted. Each submission has to be accepted,
    /// and each job has to complete once.
    pub(crate) fn restart_under_load(&self) -> anyhow::Result<()> {
        let has_ended = AtomicBool::new(false);
        let jobs = thread::scope(|scope| {
            let submitter = scope.spawn(|| self.submit_until(&has_ended));
            let restarted = self.restart();
            has_ended.store(true, Ordering::SeqCst);
            restarted?;
            let jobs = submitter.join();
            jobs.map_err(|_| anyhow::anyhow!("the submissions panicked"))?
        });
        let jobs = jobs.context("jobs are not accepted during the restart")?;
        ensure!(!jobs.is_empty(), "no job was submitted during the restart");
        let jobs: Vec<&str> = jobs.iter().map(String::as_str).collect();
        process::output(
            self.command(&["jobs", "wait", "--quiet", "-o", "name"])
                .args(&jobs),
        )?;
        self.check_attempts(&jobs)?;
        process::run(&mut self.command(&["integrity"]))?;
        println!(
            "{} restarted; {} jobs completed once",
            RESTARTED.join(", "),
            jobs.len()
        );
        Ok(())
    }

    fn restart(&self) -> anyhow::Result<()> {
        let kubectl = |arguments: &[&str]| {
            interrupt::check()?;
            self.kubectl
                .run(&[&["-n", self.namespace, "rollout"], arguments].concat())
        };
        kubectl(&[&["restart"], &RESTARTED[..]].concat())?;
        for deployment in RESTARTED {
            kubectl(&["status", deployment, LIMIT])?;
        }
        Ok(())
    }

    /// Submits jobs until `has_ended` is set. Returns their ids.
    fn submit_until(&self, has_ended: &AtomicBool) -> anyhow::Result<Vec<String>> {
        let line = |number| {
            let ms = 100 * number;
            format!("{{\"type\":\"sleep\",\"payload\":{{\"ms\":{ms}}}}}\n")
        };
        let file = self.folder.join("jobs.ndjson");
        fs::write(&file, (1..=JOBS).map(line).collect::<String>())?;
        let mut jobs = Vec::new();
        while !has_ended.load(Ordering::SeqCst) {
            let mut command = self.command(&["submit", "--quiet", "-o", "name", "--batch"]);
            let ids = process::output(command.arg(&file))
                .with_context(|| format!("after {} jobs", jobs.len()))?;
            let before = jobs.len();
            jobs.extend(ids.lines().map(str::to_owned));
            ensure!(
                jobs.len() == before + JOBS,
                "{JOBS} jobs were submitted, and printed: {ids}"
            );
        }
        Ok(jobs)
    }

    /// Fails unless exactly one attempt of each job succeeded.
    fn check_attempts(&self, jobs: &[&str]) -> anyhow::Result<()> {
        let mut command = self.command(&["jobs", "get", "-o", "jsonl"]);
        let answers = process::output(command.args(jobs))?;
        let mut found = 0;
        for answer in answers.lines() {
            let job: Value = serde_json::from_str(answer).context("a job is no JSON")?;
            let succeeded = elements(&job["attempts"])
                .filter(|attempt| attempt["outcome"] == "SUCCEEDED")
                .count();
            ensure!(
                succeeded == 1 && job["status"] == "COMPLETED",
                "a job did not complete exactly once: {job}"
            );
            found += 1;
        }
        ensure!(
            found == jobs.len(),
            "{found} of {} jobs are stored",
            jobs.len()
        );
        Ok(())
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.client.command(self.binary);
        ignore_user_configuration(&mut command);
        command
            .args(arguments)
            .env("ODD_GATEWAY_URL", self.url("gateway", 3000))
            .env("ODD_READ_MODEL_URL", self.url("read-model", 8080))
            .env("ODD_TOKEN_FILE", &self.token);
        command
    }

    fn url(&self, service: &str, port: u16) -> String {
        format!("http://{}:{port}", host_name(service, self.namespace))
    }
}
