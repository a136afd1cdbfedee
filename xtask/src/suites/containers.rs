//! The observatory in containers: the deployments start, the gate passes, and a rolling restart under load loses no job.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, ensure};
use serde_json::{Value, json};

use crate::containers::{Engine, Images, LOCAL_IMAGE};
use crate::process;
use crate::tally::Count;
use crate::workspace::{Profile, Workspace};

/// Jobs in each batch of the load. A batch is accepted as a whole.
const BATCH: usize = 50;
/// Jobs in one page of a list.
const PAGE: &str = "200";
/// How long the accepted jobs may take to end after the restart.
const DRAIN_LIMIT: Duration = Duration::from_secs(120);

/// A deployment that runs.
struct Deployment<'a> {
    engine: &'a Engine,
    binary: PathBuf,
    folder: PathBuf,
    mode: &'static str,
    events: Vec<Value>,
}

/// Runs the suite.
///
/// # Errors
/// If a step fails; the deployments are removed in any case.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<Count> {
    let engine = Engine::find(workspace)?;
    let images = Images::prepare(workspace, &engine, Profile::DEV)?;
    let mut passed = 0;
    for mode in ["integration", "demo"] {
        let mut deployment = Deployment {
            engine: &engine,
            binary: workspace.binary(Profile::DEV),
            folder: workspace.scratch("compose-data")?,
            mode,
            events: Vec::new(),
        };
        deployment.ensure_unused()?;
        let result = deployment.check(&images);
        let removed = deployment.remove();
        passed += result?;
        removed?;
    }
    Ok(Count { passed, failed: 0 })
}

impl Deployment<'_> {
    /// Refuses to touch a deployment that is not of this suite.
    fn ensure_unused(&self) -> anyhow::Result<()> {
        let label = format!("label=com.docker.compose.project=odd-{}", self.mode);
        let containers = ["ps", "--all", "--quiet", "--filter", &label];
        let volumes = ["volume", "ls", "--quiet", "--filter", &label];
        for list in [&containers[..], &volumes[..]] {
            let found = process::output(&mut self.engine.docker(list))?;
            ensure!(
                found.trim().is_empty(),
                "the deployment `{mode}` exists on this Docker engine: keep what you need of it, and remove it with `odd-dashboard down --compose {mode} --delete-data`",
                mode = self.mode
            );
        }
        Ok(())
    }

    fn check(&mut self, images: &Images) -> anyhow::Result<usize> {
        self.start(images)?;
        self.gate()?;
        if self.mode == "demo" {
            self.restart_under_load()?;
            return Ok(3);
        }
        Ok(2)
    }

    fn start(&mut self, images: &Images) -> anyhow::Result<()> {
        let mut up = self.command(&["up", "--compose", self.mode, "--detach"]);
        up.args(["--image", LOCAL_IMAGE]);
        if !images.missing.is_empty() && self.mode == "integration" {
            // The pages for administrators are not part of it.
            up.args(["--without", "grafana,otel-collector,jaeger"]);
        } else if !images.missing.is_empty() {
            up.args(["--without", &images.missing.join(",")]);
        }
        let started = process::tee(&mut up)?;
        ensure!(
            started.success,
            "the deployment `{}` does not start",
            self.mode
        );
        let lines = started.text.lines();
        let events: Result<Vec<Value>, _> = lines.map(serde_json::from_str).collect();
        self.events = events.context("`up --compose` prints JSON lines")?;
        let last = self.events.last().map(|event| &event["event"]);
        ensure!(last == Some(&json!("ready")), "`ready` is the last event");
        Ok(())
    }

    fn gate(&self) -> anyhow::Result<()> {
        let mut gate = self.client(1, &["gate", "--accept-skipped"])?;
        gate.args(["--prometheus", self.page("prometheus")?])
            .args(["--alertmanager", self.page("alertmanager")?])
            .arg("--artifacts")
            .arg(self.folder.join("gate"));
        process::run(&mut gate)
    }

    /// Restarts each gateway, processor and metrics-engine while batches of jobs are submitted, and checks that each accepted
    /// job is completed.
    fn restart_under_load(&self) -> anyhow::Result<()> {
        let file = self.folder.join("load.ndjson");
        let mut accepted = BTreeSet::new();
        for container in [
            "gateway-1",
            "gateway-2",
            "processor-1",
            "processor-2",
            "metrics-engine-1",
        ] {
            let name = format!("odd-{}-{container}", self.mode);
            let mut restart = self.engine.docker(&["restart", &name]);
            let mut restarting = restart.spawn().context("cannot start docker")?;
            // Requests go to the gateway that is not restarted.
            let gateway = if container == "gateway-1" { 2 } else { 1 };
            while restarting.try_wait()?.is_none() {
                accepted.extend(self.submit(gateway, &file)?);
            }
            ensure!(restarting.wait()?.success(), "{name} cannot be restarted");
        }
        let deadline = Instant::now() + DRAIN_LIMIT;
        loop {
            let completed = self.completed()?;
            let missing = accepted.difference(&completed).count();
            if missing == 0 {
                break;
            }
            ensure!(
                Instant::now() < deadline,
                "{missing} of {} accepted jobs are not COMPLETED",
                accepted.len()
            );
        }
        println!(
            "{} jobs were accepted during the restarts, and completed",
            accepted.len()
        );
        process::run(&mut self.client(1, &["integrity"])?)
    }

    /// Submits a batch of jobs with new ids, and returns these.
    fn submit(&self, gateway: usize, file: &Path) -> anyhow::Result<Vec<String>> {
        let line = r#"{"type":"echo","tags":["restart"]}"#;
        fs::write(file, format!("{line}\n").repeat(BATCH))?;
        let mut submit = self.client(gateway, &["submit", "--output", "name"])?;
        let ids = process::output(submit.arg("--batch").arg(file))?;
        Ok(ids.lines().map(str::to_owned).collect())
    }

    /// Returns the ids of the completed jobs of the load.
    fn completed(&self) -> anyhow::Result<BTreeSet<String>> {
        let mut ids = BTreeSet::new();
        let mut cursor: Option<String> = None;
        loop {
            let list = ["jobs", "list", "--tag", "restart", "--status", "COMPLETED"];
            let mut list = self.client(1, &list)?;
            list.args(["--limit", PAGE, "--output", "json"]);
            if let Some(cursor) = &cursor {
                list.args(["--cursor", cursor]);
            }
            let page: Value = serde_json::from_str(&process::output(&mut list)?)?;
            let jobs = page["jobs"].as_array().context("a page has jobs")?;
            ids.extend(
                jobs.iter()
                    .filter_map(|job| Some(job["id"].as_str()?.to_owned())),
            );
            cursor = page["nextCursor"].as_str().map(str::to_owned);
            if cursor.is_none() {
                return Ok(ids);
            }
        }
    }

    fn remove(&self) -> anyhow::Result<()> {
        process::run(&mut self.command(&["down", "--compose", self.mode, "--delete-data"]))
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = self.engine.command(&self.binary);
        command.args(arguments).env("ODD_DATA_DIR", &self.folder);
        command
    }

    /// Returns a command for this deployment, through this container of the gateway.
    fn client(&self, gateway: usize, arguments: &[&str]) -> anyhow::Result<Command> {
        let mut command = self.command(arguments);
        let secrets = self.folder.join("compose").join(self.mode).join("secrets");
        command
            .args(["--gateway-url", &self.gateway(gateway)?])
            .args(["--read-model-url", self.listening("read-model")?])
            .env("ODD_TOKEN_FILE", secrets.join("admin-token"));
        Ok(command)
    }

    /// Returns the URL of a container of the gateway. They take the ports of their range in any order.
    fn gateway(&self, container: usize) -> anyhow::Result<String> {
        let name = format!("odd-{}-gateway-{container}", self.mode);
        let port = process::output(&mut self.engine.docker(&["port", &name, "3000/tcp"]))?;
        let address = port.lines().next().context("the gateway has no port")?;
        Ok(format!("http://{address}"))
    }

    fn listening(&self, role: &str) -> anyhow::Result<&str> {
        self.url("listening", "role", role)
    }

    fn page(&self, id: &str) -> anyhow::Result<&str> {
        self.url("page", "id", id)
    }

    fn url(&self, event: &str, key: &str, value: &str) -> anyhow::Result<&str> {
        let mut events = self.events.iter();
        let found = events.find(|it| it["event"] == event && it[key] == value);
        let url = found.and_then(|event| event["url"].as_str());
        url.with_context(|| format!("no event has the URL of {value}"))
    }
}
