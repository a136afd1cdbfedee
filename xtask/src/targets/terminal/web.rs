//! Measures terminals of the web-pty-server, through `odd-dashboard attach`.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use anyhow::ensure;

use super::interface::Interface;
use super::usage;
use crate::observatory::Observatory;
use crate::targets::Table;
use crate::targets::Target::AtMost;

/// Sessions that are open at the same time.
const SESSIONS: usize = 50;
/// Keys whose echo is measured.
const SAMPLES: usize = 200;
/// How long they are observed.
const IDLE: Duration = Duration::from_secs(30);

pub(super) fn measure(
    binary: &Path,
    observatory: &Observatory,
    table: &mut Table,
) -> anyhow::Result<()> {
    let first = echo(binary, observatory, table)?;
    idle(binary, observatory, first, table)
}

/// Measures the time from a key until the cells that it changes have come back over the WebSocket. Returns the terminal, whose
/// session stays open.
fn echo(binary: &Path, observatory: &Observatory, table: &mut Table) -> anyhow::Result<Interface> {
    let mut ui = attach(binary, observatory)?;
    let mut times = Vec::new();
    for _ in 0..SAMPLES {
        times.push(ui.time_of_key("?", "Everywhere", true)?);
        times.push(ui.time_of_key("esc", "Everywhere", false)?);
    }
    times.sort_by(f64::total_cmp);
    let p95 = times[times.len() * 95 / 100];
    table.add("web terminal, key to cell, p95", "ms", AtMost(30.0), p95);
    Ok(ui)
}

/// Measures the observatory with its terminals, without input. The first terminal is open already.
fn idle(
    binary: &Path,
    observatory: &Observatory,
    first: Interface,
    table: &mut Table,
) -> anyhow::Result<()> {
    let mut sessions = vec![first];
    while sessions.len() < SESSIONS {
        sessions.push(attach(binary, observatory)?);
    }
    let programs = usage::children(observatory.pid())?;
    ensure!(
        programs.len() == SESSIONS,
        "{} programs run",
        programs.len()
    );
    let share = usage::cpu_share_with_children(observatory.pid(), IDLE)?;
    table.add(
        "web terminals: CPU of 50 idle ones",
        "% core",
        AtMost(50.0),
        share * 100.0,
    );
    let memory = programs.iter().map(|pid| usage::resident_bytes(*pid));
    let memory: f64 = memory.sum::<anyhow::Result<f64>>()?;
    table.add(
        "web terminals: memory of one",
        "MB",
        AtMost(50.0),
        memory / 1e6 / f64::from(u32::try_from(SESSIONS)?),
    );
    Ok(())
}

fn attach(binary: &Path, observatory: &Observatory) -> anyhow::Result<Interface> {
    let mut command = Command::new(binary);
    command
        .args(["attach", observatory.terminals_url()])
        .env("LANG", "C.UTF-8");
    Interface::start(&command)
}
