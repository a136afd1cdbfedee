//! Measures the terminal interface as a user sees it: in a terminal whose screen is parsed.

mod event_source;
mod frames;
mod interface;
mod keys;
mod usage;
mod web;

use std::path::Path;
use std::time::Duration;

use super::Table;
use super::Target::AtMost;
use crate::observatory::Observatory;
use crate::workspace::Workspace;

use event_source::{EventSource, Rate};
use interface::Interface;

/// Events per second of a busy observatory.
const BUSY: u32 = 5_000;

/// Jobs in the observatory: as many as the interface loads.
const JOBS: usize = 10_000;

/// Events that are replayed before the memory is measured, and until it is measured again. The first number fills every
/// buffer of the interface several times.
const FILL: u64 = 50_000;
const REPLAY: u64 = 500_000;

/// How long an idle interface is observed.
const IDLE: Duration = Duration::from_secs(30);

/// Measures a binary, and frames of the library.
pub(crate) fn measure(
    workspace: &Workspace,
    binary: &Path,
    table: &mut Table,
) -> anyhow::Result<()> {
    let observatory = Observatory::start(workspace, binary, None)?;
    observatory.complete_jobs(JOBS)?;
    start(binary, &observatory, table)?;
    idle(binary, &observatory, table)?;
    let busy = EventSource::start(&observatory, Rate::PerSecond(BUSY))?;
    keys::measure(binary, busy.url(), &BUSY_NAMES, table)?;
    let silent = EventSource::start_silent()?;
    keys::measure(binary, silent.url(), &SILENT_NAMES, table)?;
    memory(binary, &observatory, table)?;
    web::measure(binary, &observatory, table)?;
    frames::measure(workspace, table)
}

const BUSY_NAMES: [&str; 2] = [
    "key to cell, 5,000 events/s, p50",
    "key to cell, 5,000 events/s, p99",
];
const SILENT_NAMES: [&str; 2] = [
    "key to cell, server never answers, p50",
    "key to cell, server never answers, p99",
];

/// Measures the time from the start of the process until it answers a key that was typed at the first frame.
fn start(binary: &Path, observatory: &Observatory, table: &mut Table) -> anyhow::Result<()> {
    let mut times = Vec::new();
    for _ in 0..20 {
        times.push(Interface::time_to_ready(binary, observatory.url())?);
    }
    times.sort_by(f64::total_cmp);
    table.add(
        "start to first answered key, median",
        "ms",
        AtMost(100.0),
        times[10],
    );
    table.add(
        "start to first answered key, slowest of 20",
        "ms",
        AtMost(100.0),
        times[19],
    );
    Ok(())
}

fn idle(binary: &Path, observatory: &Observatory, table: &mut Table) -> anyhow::Result<()> {
    let ui = Interface::open_live(binary, observatory.url())?;
    let share = usage::cpu_share(ui.pid()?, IDLE)?;
    table.add("idle CPU", "% core", AtMost(1.0), share * 100.0);
    Ok(())
}

/// Replays events, and compares the memory after the first of them with that after many more.
fn memory(binary: &Path, observatory: &Observatory, table: &mut Table) -> anyhow::Result<()> {
    let source = EventSource::start(observatory, Rate::Unlimited(FILL + REPLAY))?;
    let ui = Interface::open_live(binary, source.url())?;
    source.wait_until_sent(FILL)?;
    let full = usage::resident_bytes(ui.pid()?)?;
    source.wait_until_sent(FILL + REPLAY)?;
    let later = usage::resident_bytes(ui.pid()?)?;
    table.add(
        "memory after 550,000 events",
        "MB",
        AtMost(100.0),
        later / 1e6,
    );
    table.add(
        "memory: 550,000 events to 50,000",
        "ratio",
        AtMost(1.1),
        later / full,
    );
    Ok(())
}
