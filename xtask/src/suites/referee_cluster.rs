//! The referee on a cluster: the nemesis in this process starts clusters and injects faults on its request.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, bail, ensure};

use crate::cluster::Versions;
use crate::nemesis::Nemesis;
use crate::process::shown;
use crate::python::Python;
use crate::suites::REFEREE_FOLDER;
use crate::suites::referee::{Report, read_report};
use crate::workspace::Workspace;

/// The options of a run of the referee on clusters.
pub(crate) struct ClusterRunOptions<'a> {
    /// The binary under test.
    pub(crate) binary: &'a Path,
    /// The binary of an earlier version, for the faults that replace one version by the other.
    pub(crate) older: Option<&'a Path>,
    /// The numbers of the faults; empty for all.
    pub(crate) faults: &'a [u32],
    /// The first seed.
    pub(crate) seed: u64,
    /// The number of seeds. Each has its own cluster.
    pub(crate) rounds: u32,
    /// The time after which no further seed begins.
    pub(crate) max_seconds: u32,
    /// How long fault 20 delays events.
    pub(crate) event_delay_seconds: u32,
}

/// The time limit of a seed that began just before `max_seconds`.
const LAST_SEED: Duration = Duration::from_secs(3_600);

/// Runs the referee and returns its report. A referee that reached no verdict is an error.
pub(crate) fn run_referee(
    workspace: &Workspace,
    options: &ClusterRunOptions<'_>,
) -> anyhow::Result<Report> {
    let folder = workspace.scratch("referee-cluster")?;
    let lock = File::create(folder.join("lock")).context("cannot lock the folder")?;
    ensure!(
        lock.try_lock().is_ok(),
        "another referee is running in {}",
        folder.display()
    );
    let report = folder.join("report.json");
    if report.exists() {
        fs::remove_file(&report).context("cannot remove the previous report")?;
    }
    let clusters = folder.join("clusters");
    if clusters.exists() {
        fs::remove_dir_all(&clusters).context("cannot remove the previous clusters")?;
    }
    fs::create_dir_all(&clusters)?;
    let versions = Versions {
        newer: options.binary.to_owned(),
        older: options.older.map(Path::to_owned),
    };
    versions.check()?;
    let nemesis = Nemesis::open(versions, clusters)?;
    let mut command = referee(workspace)?;
    command
        .arg("cluster")
        .args(["--nemesis", &nemesis.address()?.to_string()])
        .arg("--work-dir")
        .arg(folder.join("run"))
        .arg("--report")
        .arg(&report)
        .args(["--seed", &options.seed.to_string()])
        .args(["--rounds", &options.rounds.to_string()])
        .args(["--max-seconds", &options.max_seconds.to_string()])
        .args(["--event-delay", &options.event_delay_seconds.to_string()]);
    if options.older.is_some() {
        command.arg("--has-older");
    }
    for fault in options.faults {
        command.args(["--fault", &fault.to_string()]);
    }
    let verdict = run(&mut command, nemesis, options.max_seconds);
    read_report(&report, verdict)
}

/// Runs the referee and serves its requests.
fn run(command: &mut Command, nemesis: Nemesis, max_seconds: u32) -> anyhow::Result<()> {
    let shown = shown(command);
    eprintln!("$ {shown}");
    let mut referee = command
        .spawn()
        .with_context(|| format!("cannot start `{shown}`"))?;
    let limit = Duration::from_secs(max_seconds.into()) + LAST_SEED;
    let served = nemesis.serve(&mut referee, limit);
    if served.is_err() {
        // It may have ended already.
        referee.kill().ok();
    }
    let status = referee.wait()?;
    served?;
    if !status.success() {
        bail!("`{shown}` failed: {status}");
    }
    Ok(())
}

/// Returns a command with the packages that connect to the servers.
fn referee(workspace: &Workspace) -> anyhow::Result<Command> {
    let environment = Python::find()?.environment(workspace, "referee")?;
    let mut command = Command::new(environment.program("python"));
    command
        .current_dir(&workspace.root)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .arg(workspace.root.join(REFEREE_FOLDER));
    Ok(command)
}
