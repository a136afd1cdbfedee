use std::collections::HashMap;
use std::time::Duration;

/// CPU time and memory of a process; available on Linux only.
#[derive(Debug, Clone, Copy)]
pub(super) struct ProcessStats {
    /// User and system time so far.
    pub(super) cpu: Duration,
    /// Largest resident set so far.
    pub(super) peak_bytes: u64,
    /// Resident set now.
    pub(super) resident_bytes: u64,
}

/// `USER_HZ`, which is 100 on every supported architecture, see time(7).
const TICKS_PER_SECOND: f64 = 100.0;

impl ProcessStats {
    /// Reads `/proc/PID/stat` and `/proc/PID/status` as proc_pid_stat(5) and proc_pid_status(5) describe them.
    pub(super) fn of(pid: u32) -> Option<Self> {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let status = std::fs::read_to_string(format!("/proc/{pid}/status")).ok()?;
        Some(Self {
            cpu: cpu_of(&stat)?,
            peak_bytes: kilobytes_of(&status, "VmHWM:")? * 1024,
            resident_bytes: kilobytes_of(&status, "VmRSS:")? * 1024,
        })
    }
}

impl ProcessStats {
    /// Returns the sum over processes and their descendants.
    pub(super) fn of_all(pids: &[u32]) -> Option<Self> {
        let parents = parents();
        let is_descendant = |mut pid: u32| {
            // The chain ends at init, or at a process that has ended meanwhile.
            while !pids.contains(&pid) {
                match parents.get(&pid) {
                    Some(parent) => pid = *parent,
                    None => return false,
                }
            }
            true
        };
        let processes = parents.keys().filter(|pid| is_descendant(**pid));
        processes
            .filter_map(|pid| Self::of(*pid))
            .reduce(|a, b| Self {
                cpu: a.cpu + b.cpu,
                peak_bytes: a.peak_bytes + b.peak_bytes,
                resident_bytes: a.resident_bytes + b.resident_bytes,
            })
    }
}

/// Returns the parent of every process.
fn parents() -> HashMap<u32, u32> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return HashMap::new();
    };
    let parent = |entry: std::io::Result<std::fs::DirEntry>| {
        let pid: u32 = entry.ok()?.file_name().to_str()?.parse().ok()?;
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
        let (_, fields) = stat.rsplit_once(") ")?;
        Some((pid, fields.split(' ').nth(1)?.parse().ok()?))
    };
    entries.filter_map(parent).collect()
}

/// Parses the CPU time. The second field is the name of the program, which may contain spaces and parentheses.
fn cpu_of(stat: &str) -> Option<Duration> {
    let (_, fields) = stat.rsplit_once(") ")?;
    // User and system time of the process, and of its children that have ended.
    let ticks = fields.split(' ').skip(11).take(4);
    let ticks: Option<Vec<f64>> = ticks.map(|ticks| ticks.parse().ok()).collect();
    Some(Duration::from_secs_f64(
        ticks?.iter().sum::<f64>() / TICKS_PER_SECOND,
    ))
}

fn kilobytes_of(status: &str, name: &str) -> Option<u64> {
    let line = status.lines().find_map(|line| line.strip_prefix(name))?;
    line.split_whitespace().next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cpu_time_is_parsed_after_a_name_with_parentheses() {
        let stat = "17 (a) b) S 1 17 17 0 -1 4194304 10 0 0 0 250 50 0 0 20 0 1 0 1 1 1";
        assert_eq!(cpu_of(stat), Some(Duration::from_secs(3)));
    }

    #[test]
    fn memory_is_parsed_in_kilobytes() {
        assert_eq!(
            kilobytes_of("Name:\tx\nVmHWM:\t  2048 kB\n", "VmHWM:"),
            Some(2048)
        );
    }
}
