use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use anyhow::{Context, bail};
use regex::Regex;
use serde::Deserialize;

use crate::process;
use crate::python::Python;
use crate::suites::mutant;
use crate::tally::Count;
use crate::workspace::Workspace;

/// Where its source is.
pub(crate) const FOLDER: &str = "tests/referee";

static TESTS_RUN: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?m)^Ran (\d+) tests? in").expect("the pattern is valid"));

/// How one run of the crash referee is set up.
pub(crate) struct Trial<'a> {
    /// The binary under test.
    pub(crate) binary: &'a Path,
    /// How often it is killed.
    pub(crate) rounds: u32,
    /// Of every random choice.
    pub(crate) seed: u64,
    /// When to stop killing, whatever the round.
    pub(crate) max_seconds: u32,
}

/// What the referee wrote into its report.
#[derive(Deserialize)]
pub(crate) struct Report {
    /// Kills that were carried out, or faults of a cluster.
    pub(crate) rounds: usize,
    /// One per broken promise.
    pub(crate) violations: Vec<Violation>,
}

/// A broken promise.
#[derive(Deserialize)]
pub(crate) struct Violation {
    /// Which promise.
    pub(crate) rule: String,
    /// What was seen.
    pub(crate) detail: String,
}

/// Runs the referee and returns its report. A referee that reached no verdict is an error.
pub(crate) fn hold(workspace: &Workspace, trial: &Trial<'_>) -> anyhow::Result<Report> {
    let folder = workspace.scratch("referee")?;
    let report = folder.join("report.json");
    if report.exists() {
        fs::remove_file(&report).context("cannot remove the last report")?;
    }
    let mut command = referee(workspace)?;
    command
        .arg(workspace.root.join(FOLDER))
        .arg("embedded")
        .arg("--binary")
        .arg(trial.binary)
        .arg("--work-dir")
        .arg(folder.join("run"))
        .arg("--report")
        .arg(&report)
        .args(["--rounds", &trial.rounds.to_string()])
        .args(["--seed", &trial.seed.to_string()])
        .args(["--max-seconds", &trial.max_seconds.to_string()]);
    let verdict = process::run(&mut command);
    read_report(&report, verdict)
}

/// What the referee found. One without violations stands only if the referee itself ended well.
pub(crate) fn read_report(report: &Path, verdict: anyhow::Result<()>) -> anyhow::Result<Report> {
    let Ok(text) = fs::read_to_string(report) else {
        verdict?;
        bail!("the referee wrote no report");
    };
    let report: Report =
        serde_json::from_str(&text).context("the referee's report is malformed")?;
    if report.violations.is_empty() {
        verdict?;
    }
    Ok(report)
}

/// Kills the observatory at random moments; one check per survived round.
pub(crate) fn run(workspace: &Workspace, trial: &Trial<'_>) -> anyhow::Result<Count> {
    let report = hold(workspace, trial)?;
    for violation in &report.violations {
        eprintln!("{}: {}", violation.rule, violation.detail);
    }
    Ok(Count {
        passed: report.rounds,
        failed: report.violations.len(),
    })
}

/// The tests of the referee itself, and whether its mutants still fit the source: it has to see what it is
/// there to see.
pub(crate) fn self_test(workspace: &Workspace) -> anyhow::Result<Count> {
    let mutants = mutant::check_all(workspace)?;
    let tests = run_tests(workspace)?;
    Ok(Count {
        passed: tests + mutants,
        failed: 0,
    })
}

fn run_tests(workspace: &Workspace) -> anyhow::Result<usize> {
    let mut command = referee(workspace)?;
    command.current_dir(workspace.root.join(FOLDER)).args([
        "-m",
        "unittest",
        "discover",
        "--pattern",
        "test_*.py",
    ]);
    let output = command.output().context("cannot start Python")?;
    let said = String::from_utf8_lossy(&output.stderr);
    eprint!("{said}");
    let ran = TESTS_RUN
        .captures(&said)
        .and_then(|found| found[1].parse().ok())
        .unwrap_or(0);
    if !output.status.success() || ran == 0 {
        bail!("the tests of the referee failed");
    }
    Ok(ran)
}

fn referee(workspace: &Workspace) -> anyhow::Result<Command> {
    let mut command = Python::find()?.command();
    command.current_dir(&workspace.root);
    Ok(command)
}
