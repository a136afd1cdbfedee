use std::fs;
use std::time::{Duration, Instant};

use anyhow::Context;

/// `USER_HZ`, which is 100 on every supported architecture, see time(7).
const TICKS_PER_SECOND: f64 = 100.0;

/// Returns the share of one core that a process uses over a time.
pub(super) fn cpu_share(pid: u32, time: Duration) -> anyhow::Result<f64> {
    let before = cpu_seconds(pid)?;
    let started = Instant::now();
    std::thread::sleep(time);
    Ok((cpu_seconds(pid)? - before) / started.elapsed().as_secs_f64())
}

/// Returns the share of one core that a process and its children use over a time.
pub(super) fn cpu_share_with_children(pid: u32, time: Duration) -> anyhow::Result<f64> {
    let all = || -> anyhow::Result<f64> {
        let children = children(pid)?.into_iter().map(cpu_seconds);
        let of_children: f64 = children.sum::<anyhow::Result<f64>>()?;
        Ok(cpu_seconds(pid)? + of_children)
    };
    let before = all()?;
    let started = Instant::now();
    std::thread::sleep(time);
    Ok((all()? - before) / started.elapsed().as_secs_f64())
}

/// Returns the children of all threads of a process.
pub(super) fn children(pid: u32) -> anyhow::Result<Vec<u32>> {
    let mut children = Vec::new();
    for thread in fs::read_dir(format!("/proc/{pid}/task"))? {
        // A thread may end meanwhile.
        let text = fs::read_to_string(thread?.path().join("children")).unwrap_or_default();
        children.extend(
            text.split_whitespace()
                .filter_map(|id| id.parse::<u32>().ok()),
        );
    }
    Ok(children)
}

/// Returns the resident memory of a process.
pub(super) fn resident_bytes(pid: u32) -> anyhow::Result<f64> {
    let status = fs::read_to_string(format!("/proc/{pid}/status"))?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|text| text.trim().strip_suffix(" kB"));
    let kilobytes: f64 = kilobytes.context("no VmRSS")?.trim().parse()?;
    Ok(kilobytes * 1_024.0)
}

/// Returns user and system time, as proc_pid_stat(5) describes them.
fn cpu_seconds(pid: u32) -> anyhow::Result<f64> {
    let stat = fs::read_to_string(format!("/proc/{pid}/stat"))?;
    // The name of the program, in parentheses, may contain blanks.
    let (_, fields) = stat.rsplit_once(')').context("no name in stat")?;
    let mut times = fields.split_whitespace().skip(11).take(2);
    let mut ticks =
        || -> anyhow::Result<f64> { Ok(times.next().context("no time in stat")?.parse()?) };
    Ok((ticks()? + ticks()?) / TICKS_PER_SECOND)
}
