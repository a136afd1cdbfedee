use anyhow::Context;
use serde::Deserialize;

use crate::process;
use crate::targets::Table;
use crate::targets::Target::AtMost;
use crate::workspace::Workspace;

/// The line that `cargo bench -p odd-tui` prints.
#[derive(Deserialize)]
struct Report {
    overview: Times,
    jobs: Times,
    events: Times,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Times {
    p50_ms: f64,
    p99_ms: f64,
}

/// Measures frames of the library, without a terminal.
pub(super) fn measure(workspace: &Workspace, table: &mut Table) -> anyhow::Result<()> {
    let mut cargo = workspace.cargo("bench");
    let text =
        process::output(cargo.args(["--locked", "--package", "odd-tui", "--bench", "frame"]))?;
    let line = text.lines().rfind(|line| line.starts_with('{'));
    let line = line.context("`cargo bench -p odd-tui` printed no report")?;
    let report: Report = serde_json::from_str(line).context("the report is malformed")?;
    for (name, p99_name, times) in [
        (
            "frame of the overview, 200x50, p50",
            "frame of the overview, 200x50, p99",
            report.overview,
        ),
        (
            "frame of 10,000 jobs, 200x50, p50",
            "frame of 10,000 jobs, 200x50, p99",
            report.jobs,
        ),
        (
            "frame of the events, 200x50, p50",
            "frame of the events, 200x50, p99",
            report.events,
        ),
    ] {
        table.add(name, "ms", AtMost(8.0), times.p50_ms);
        table.add(p99_name, "ms", AtMost(8.0), times.p99_ms);
    }
    Ok(())
}
