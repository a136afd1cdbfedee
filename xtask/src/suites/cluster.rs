//! The distributed observatory as a whole: commands against real servers, and the faults that stop most systems.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, ensure};
use serde::Deserialize;

use crate::cluster::{Cluster, Plan, RoleProcess};
use crate::process;
use crate::tally::Count;
use crate::workspace::{Profile, Workspace};

/// Far more than a step takes.
const LIMIT: Duration = Duration::from_secs(120);

/// Jobs submitted around each fault.
const JOBS: usize = 400;

/// What `odd-dashboard status -o json` says, as far as it is needed here.
#[derive(Deserialize)]
struct Status {
    overview: Overview,
}

#[derive(Deserialize)]
struct Overview {
    stats: Stats,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Stats {
    total_jobs: u64,
    completed_jobs: u64,
}

/// A fault: its name, and what it does.
type Fault = (&'static str, fn(&mut Cluster) -> anyhow::Result<()>);

/// Each is survived by what was submitted before it and by what is submitted after it.
const FAULTS: &[Fault] = &[
    ("a worker is killed", |cluster| {
        restart(cluster, "processor")
    }),
    ("a gateway is killed", |cluster| restart(cluster, "gateway")),
    ("the metrics-engine is killed", |cluster| {
        restart(cluster, "metrics-engine")
    }),
    ("RabbitMQ is killed", |cluster| {
        cluster.backends.rabbitmq.kill()?;
        Ok(cluster.backends.rabbitmq.restart()?)
    }),
    ("RabbitMQ loses its data", |cluster| {
        Ok(cluster.backends.rabbitmq.wipe()?)
    }),
    ("PostgreSQL is killed", |cluster| {
        cluster.backends.postgres.kill()?;
        Ok(cluster.backends.postgres.restart()?)
    }),
    ("Redis loses its data", |cluster| {
        Ok(cluster.backends.redis.wipe()?)
    }),
];

/// Starts a cluster, uses it, breaks it in many ways, and drains it.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<Count> {
    let scratch = workspace.scratch("cluster-suite")?;
    let folder = tempfile::tempdir_in(&scratch)?;
    let plan = Plan {
        archive: true,
        ..Plan::default()
    };
    let binary = workspace.binary(Profile::Dev);
    let mut cluster = Cluster::start(&binary, folder.path(), &plan)?;
    let mut passed = 0;
    for gateway in cluster.urls("gateway") {
        let cli = Cli::new(&binary, &gateway, &cluster)?;
        cli.run(&["submit", "echo", r#"{"hello":"world"}"#, "--wait", "-q"])?;
        passed += 1;
    }
    for (name, fault) in FAULTS {
        eprintln!("-- {name}");
        survive(&binary, folder.path(), &mut cluster, *fault)
            .with_context(|| (*name).to_owned())?;
        passed += 1;
    }
    cluster.stop().context("draining")?;
    Ok(Count {
        passed: passed + 1,
        failed: 0,
    })
}

/// Submits, breaks something, submits again, and waits until everything is finished and counted.
fn survive(
    binary: &Path,
    folder: &Path,
    cluster: &mut Cluster,
    fault: fn(&mut Cluster) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let jobs = jobs_file(folder)?;
    let batch = jobs.to_str().context("the path is text")?;
    let cli = Cli::new(binary, &cluster.urls("gateway")[0], cluster)?;
    let before = cli.stats()?;
    cli.run(&["submit", "--batch", batch, "-q"])?;
    fault(cluster)?;
    // A process that was started anew listens elsewhere.
    let cli = Cli::new(binary, &cluster.urls("gateway")[0], cluster)?;
    cli.run(&["submit", "--batch", batch, "--wait", "-q"])?;
    let wanted = before.completed_jobs + 2 * u64::try_from(JOBS)?;
    let mut after = cli.stats()?;
    let deadline = std::time::Instant::now() + LIMIT;
    while after.completed_jobs < wanted && std::time::Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(200));
        after = cli.stats()?;
    }
    let (completed, total) = (after.completed_jobs, after.total_jobs);
    ensure!(
        completed == wanted && total == wanted,
        "{completed} of {total} jobs are completed, where {wanted} were submitted"
    );
    Ok(())
}

fn restart(cluster: &mut Cluster, role: &str) -> anyhow::Result<()> {
    let process = cluster
        .roles
        .iter_mut()
        .find(|process| process.role() == role);
    let process: &mut RoleProcess = process.context("it runs")?;
    process.start_again()?;
    process.await_ready()
}

fn jobs_file(folder: &Path) -> anyhow::Result<PathBuf> {
    let path = folder.join("jobs.ndjson");
    let line = r#"{"type":"sleep","payload":{"ms":5}}"#;
    fs::write(&path, format!("{line}\n").repeat(JOBS)).context("cannot write the jobs")?;
    Ok(path)
}

/// The command line, pointed at one gateway.
struct Cli<'a> {
    binary: &'a Path,
    gateway: String,
    read_model: String,
}

impl<'a> Cli<'a> {
    fn new(binary: &'a Path, gateway: &str, cluster: &Cluster) -> anyhow::Result<Self> {
        let read_model = cluster.urls("read-model").pop();
        Ok(Self {
            binary,
            gateway: gateway.to_owned(),
            read_model: read_model.context("a read-model runs")?,
        })
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(self.binary);
        command
            .args(arguments)
            .env("ODD_GATEWAY_URL", &self.gateway)
            .env("ODD_READ_MODEL_URL", &self.read_model);
        command
    }

    fn run(&self, arguments: &[&str]) -> anyhow::Result<()> {
        process::run_within(&mut self.command(arguments), LIMIT)
    }

    /// Tries again while the read-model cannot be asked: what it reads may be recovering.
    fn stats(&self) -> anyhow::Result<Stats> {
        let deadline = std::time::Instant::now() + LIMIT;
        loop {
            let output = self.command(&["status", "-o", "json"]).output()?;
            match serde_json::from_slice::<Status>(&output.stdout) {
                Ok(status) => return Ok(status.overview.stats),
                Err(error) if std::time::Instant::now() > deadline => {
                    return Err(error).context("the status cannot be read");
                }
                Err(_) => std::thread::sleep(Duration::from_millis(200)),
            }
        }
    }
}
