use std::fs;
use std::path::Path;
use std::process::Command;
use std::sync::LazyLock;

use anyhow::{Context, bail};
use regex::Regex;
use serde::Deserialize;

use crate::process;
use crate::python::Python;
use crate::suites::{REFEREE_FOLDER, mutant};
use crate::tally::Count;
use crate::workspace::Workspace;

static TESTS_RUN: LazyLock<Regex> =
    LazyLock::new(|| Regex::new(r"(?m)^Ran (\d+) tests? in").expect("the pattern is valid"));

/// The options of a run of the crash referee.
pub(crate) struct RunOptions<'a> {
    /// The binary under test.
    pub(crate) binary: &'a Path,
    /// How often the observatory is killed.
    pub(crate) rounds: u32,
    /// The seed of every random choice.
    pub(crate) seed: u64,
    /// The time after which no further round begins.
    pub(crate) max_seconds: u32,
}

/// The part of the referee's report that xtask reads.
#[derive(Deserialize)]
pub(crate) struct Report {
    /// The number of kills, or of faults injected into a cluster.
    pub(crate) rounds: usize,
    /// The numbers of the faults that were not injected, because they need an earlier version.
    #[serde(default)]
    pub(crate) skipped: Vec<u32>,
    /// The violated guarantees.
    pub(crate) violations: Vec<Violation>,
}

/// A violated guarantee.
#[derive(Deserialize)]
pub(crate) struct Violation {
    /// The rule that reported it.
    pub(crate) rule: String,
    /// The observation.
    pub(crate) detail: String,
}

/// Runs the referee and returns its report. A referee that reached no verdict is an error.
pub(crate) fn run_referee(
    workspace: &Workspace,
    options: &RunOptions<'_>,
) -> anyhow::Result<Report> {
    let folder = workspace.scratch("referee")?;
    let report = folder.join("report.json");
    if report.exists() {
        fs::remove_file(&report).context("cannot remove the previous report")?;
    }
    let mut command = referee(workspace)?;
    command
        .arg(workspace.root.join(REFEREE_FOLDER))
        .arg("embedded")
        .arg("--binary")
        .arg(options.binary)
        .arg("--work-dir")
        .arg(folder.join("run"))
        .arg("--report")
        .arg(&report)
        .args(["--rounds", &options.rounds.to_string()])
        .args(["--seed", &options.seed.to_string()])
        .args(["--max-seconds", &options.max_seconds.to_string()]);
    let verdict = process::run(&mut command);
    read_report(&report, verdict)
}

/// Reads the report. Without violations, it is valid only if the referee succeeded.
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

/// Kills the observatory at random moments, and counts one check per round.
pub(crate) fn run(workspace: &Workspace, options: &RunOptions<'_>) -> anyhow::Result<Count> {
    let report = run_referee(workspace, options)?;
    for violation in &report.violations {
        eprintln!("{}: {}", violation.rule, violation.detail);
    }
    Ok(Count {
        passed: report.rounds,
        failed: report.violations.len(),
    })
}

/// Runs the tests of the referee, and checks that its mutants still apply to the source.
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
    command
        .current_dir(workspace.root.join(REFEREE_FOLDER))
        .args(["-m", "unittest", "discover", "--pattern", "test_*.py"]);
    let output = command.output().context("cannot start Python")?;
    let stderr = String::from_utf8_lossy(&output.stderr);
    eprint!("{stderr}");
    let ran = TESTS_RUN
        .captures(&stderr)
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
