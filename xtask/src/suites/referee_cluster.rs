//! The referee on a cluster: it judges, the hands of this process start and break.

use std::fs::{self, File};
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::{Context, bail, ensure};

use crate::hands::Hands;
use crate::process::shown;
use crate::python::Python;
use crate::suites::referee::{FOLDER, Report, read_report};
use crate::workspace::Workspace;

/// How one run of the referee on clusters is set up.
pub(crate) struct ClusterTrial<'a> {
    /// The binary under test.
    pub(crate) binary: &'a Path,
    /// Their numbers in the plan; all when empty.
    pub(crate) faults: &'a [u32],
    /// The first seed.
    pub(crate) seed: u64,
    /// How many seeds, each with a cluster of its own.
    pub(crate) rounds: u32,
    /// When to begin with no further seed.
    pub(crate) max_seconds: u32,
    /// For which fault 20 holds events back.
    pub(crate) event_delay_seconds: u32,
}

/// What one seed may still take when the time is over.
const LAST_SEED: Duration = Duration::from_secs(3_600);

/// Runs the referee and returns its report. A referee that reached no verdict is an error.
pub(crate) fn hold(workspace: &Workspace, trial: &ClusterTrial<'_>) -> anyhow::Result<Report> {
    let folder = workspace.scratch("referee-cluster")?;
    let claim = File::create(folder.join("claim")).context("cannot claim the folder")?;
    ensure!(
        claim.try_lock().is_ok(),
        "another referee judges clusters in {}",
        folder.display()
    );
    let report = folder.join("report.json");
    if report.exists() {
        fs::remove_file(&report).context("cannot remove the last report")?;
    }
    let places = folder.join("places");
    if places.exists() {
        fs::remove_dir_all(&places).context("cannot remove the last clusters")?;
    }
    fs::create_dir_all(&places)?;
    let hands = Hands::open(trial.binary.to_owned(), places)?;
    let mut command = referee(workspace)?;
    command
        .arg("cluster")
        .args(["--hands", &hands.address()?.to_string()])
        .arg("--work-dir")
        .arg(folder.join("run"))
        .arg("--report")
        .arg(&report)
        .args(["--seed", &trial.seed.to_string()])
        .args(["--rounds", &trial.rounds.to_string()])
        .args(["--max-seconds", &trial.max_seconds.to_string()])
        .args(["--event-delay", &trial.event_delay_seconds.to_string()])
        .arg("--binary")
        .arg(trial.binary);
    for fault in trial.faults {
        command.args(["--fault", &fault.to_string()]);
    }
    let verdict = obey(&mut command, hands, trial.max_seconds);
    read_report(&report, verdict)
}

/// Runs the referee while the hands obey it.
fn obey(command: &mut Command, hands: Hands, max_seconds: u32) -> anyhow::Result<()> {
    let shown = shown(command);
    eprintln!("$ {shown}");
    let mut referee = command
        .spawn()
        .with_context(|| format!("cannot start `{shown}`"))?;
    let limit = Duration::from_secs(max_seconds.into()) + LAST_SEED;
    let served = hands.serve(&mut referee, limit);
    if served.is_err() {
        // It may have ended by itself.
        referee.kill().ok();
    }
    let status = referee.wait()?;
    served?;
    if !status.success() {
        bail!("`{shown}` failed: {status}");
    }
    Ok(())
}

/// With the packages that it speaks to the servers with.
fn referee(workspace: &Workspace) -> anyhow::Result<Command> {
    let environment = Python::find()?.environment(workspace, "referee")?;
    let mut command = Command::new(environment.program("python"));
    command
        .current_dir(&workspace.root)
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .arg(workspace.root.join(FOLDER));
    Ok(command)
}
