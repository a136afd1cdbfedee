use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::Context;
use serde::Deserialize;

use super::Table;
use super::Target::{AtLeast, AtMost};
use crate::process;
use crate::workspace::Workspace;

const MEGABYTE: f64 = 1_000_000.0;

/// The fields of `odd-dashboard bench -o json` that are read here.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Report {
    rounds: Vec<Round>,
    last_to_first: Option<f64>,
    ready_empty_seconds: Option<f64>,
    ready_loaded_seconds: Option<f64>,
    idle_empty: Option<f64>,
    idle_loaded: Option<f64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Round {
    finished_per_second: f64,
    submit_to_start_seen: Option<Percentiles>,
    submit_to_finish_seen: Option<Percentiles>,
    server_cpu_seconds_per_1000_jobs: Option<f64>,
    server_resident_bytes: Option<f64>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Percentiles {
    p50_ms: f64,
    p99_ms: f64,
}

/// Runs every workload in sequence on the deployed binary.
pub(crate) fn measure_all(
    workspace: &Workspace,
    binary: &Path,
    table: &mut Table,
) -> anyhow::Result<()> {
    // First, because the others leave the disk busy for minutes.
    steady(binary, table)?;
    one_by_one(binary, table)?;
    in_bulk(binary, table)?;
    let size = stripped_size(binary, &workspace.scratch("bench")?)?;
    table.add("binary, stripped", "MB", AtMost(40.0), size / MEGABYTE);
    Ok(())
}

fn one_by_one(binary: &Path, table: &mut Table) -> anyhow::Result<()> {
    let report = bench(binary, &["--jobs", "300000", "--producers", "64"])?;
    let round = report.first()?;
    let rate = round.finished_per_second;
    table.add(
        "one job per POST, 64 connections",
        "jobs/s",
        AtLeast(18_000.0),
        rate,
    );
    let cpu = known(round.server_cpu_seconds_per_1000_jobs)?;
    table.add("CPU per 1,000 jobs, one by one", "s", AtMost(0.09), cpu);
    Ok(())
}

fn steady(binary: &Path, table: &mut Table) -> anyhow::Result<()> {
    let report = bench(
        binary,
        &["--jobs", "6000", "--producers", "16", "--rate", "200"],
    )?;
    let round = report.first()?;
    let start = round
        .submit_to_start_seen
        .as_ref()
        .context("no latency measured")?;
    let finish = round
        .submit_to_finish_seen
        .as_ref()
        .context("no latency measured")?;
    table.add(
        "200 jobs/s: submit to start seen, p50",
        "ms",
        AtMost(0.5),
        start.p50_ms,
    );
    table.add(
        "200 jobs/s: submit to start seen, p99",
        "ms",
        AtMost(1.5),
        start.p99_ms,
    );
    table.add(
        "200 jobs/s: submit to finish seen, p50",
        "ms",
        AtMost(1.0),
        finish.p50_ms,
    );
    table.add(
        "200 jobs/s: submit to finish seen, p99",
        "ms",
        AtMost(3.0),
        finish.p99_ms,
    );
    Ok(())
}

/// Runs two rounds of a million jobs: their rates, and the start time and idle load of the filled store.
fn in_bulk(binary: &Path, table: &mut Table) -> anyhow::Result<()> {
    let shape = ["--jobs", "1000000", "--batch", "1000", "--producers", "4"];
    let report = bench(
        binary,
        &[&shape[..], &["--rounds", "2", "--startup"]].concat(),
    )?;
    let (first, last) = (report.first()?, report.last()?);
    let rate = first.finished_per_second;
    table.add("1,000 jobs per POST", "jobs/s", AtLeast(60_000.0), rate);
    let cpu = known(first.server_cpu_seconds_per_1000_jobs)?;
    table.add("CPU per 1,000 jobs, in bulk", "s", AtMost(0.03), cpu);
    let ratio = known(report.last_to_first)?;
    table.add(
        "second million to first: rate",
        "ratio",
        AtLeast(0.9),
        ratio,
    );
    let memory = known(last.server_resident_bytes)? / known(first.server_resident_bytes)?;
    table.add(
        "second million to first: memory",
        "ratio",
        AtMost(1.1),
        memory,
    );
    table.add(
        "ready, empty directory",
        "s",
        AtMost(1.0),
        known(report.ready_empty_seconds)?,
    );
    table.add(
        "ready, 2 million finished jobs",
        "s",
        AtMost(3.0),
        known(report.ready_loaded_seconds)?,
    );
    table.add(
        "idle CPU, empty",
        "% core",
        AtMost(1.0),
        known(report.idle_empty)? * 100.0,
    );
    table.add(
        "idle CPU, 2 million finished jobs",
        "% core",
        AtMost(1.0),
        known(report.idle_loaded)? * 100.0,
    );
    Ok(())
}

fn bench(binary: &Path, args: &[&str]) -> anyhow::Result<Report> {
    let mut command = Command::new(binary);
    command.arg("bench").args(args).args(["-o", "json"]);
    eprintln!("$ odd-dashboard bench {} -o json", args.join(" "));
    let text = process::output(&mut command)?;
    serde_json::from_str(&text).context("the output of `odd-dashboard bench` is malformed")
}

fn known(measured: Option<f64>) -> anyhow::Result<f64> {
    measured.context("`odd-dashboard bench` could not measure everything on this system")
}

impl Report {
    fn first(&self) -> anyhow::Result<&Round> {
        self.rounds.first().context("the bench ran no round")
    }

    fn last(&self) -> anyhow::Result<&Round> {
        self.rounds.last().context("the bench ran no round")
    }
}

/// Returns the size of a stripped copy in bytes.
fn stripped_size(binary: &Path, folder: &Path) -> anyhow::Result<f64> {
    let copy = folder.join("odd-dashboard-stripped");
    process::run(Command::new("strip").arg("-o").arg(&copy).arg(binary))
        .context("install binutils, which contain `strip`")?;
    Ok(fs::metadata(&copy)?.len() as f64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bench_report_is_parsed() {
        let text = r#"{"formatVersion":1,"workload":{},"rounds":[{"jobs":1,"finishedPerSecond":2.5,
            "submitToStartSeen":{"count":1,"p50Ms":0.4,"p95Ms":1,"p99Ms":1,"maxMs":1},"submitToFinishSeen":null,
            "serverCpuSecondsPer1000Jobs":0.08,"serverResidentBytes":1048576}],"lastToFirst":null,
            "readyEmptySeconds":0.2,"readyLoadedSeconds":null,"idleEmpty":0.001,"idleLoaded":null}"#;
        let report: Report = serde_json::from_str(text).expect("the shape is known");
        let round = report.first().expect("there is a round");
        assert_eq!(round.finished_per_second, 2.5);
        assert!(known(report.last_to_first).is_err() && round.submit_to_finish_seen.is_none());
    }
}
