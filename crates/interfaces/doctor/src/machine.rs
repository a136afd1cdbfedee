use std::path::Path;

use crate::data_dir::existing_ancestor;
use crate::size::{GIB, MIB, readable};
use crate::{Finding, Fix};

/// Below this, the store soon cannot write.
const DISK_FAIL: u64 = 200 * MIB;
const DISK_WARN: u64 = 2 * GIB;

/// An idle observatory uses less than this, and a busy one more.
const MEMORY_FAIL: u64 = 128 * MIB;
const MEMORY_WARN: u64 = 512 * MIB;

/// Every connection is an open file.
#[cfg(unix)]
const FILES_FAIL: u64 = 256;
#[cfg(unix)]
const FILES_WARN: u64 = 1024;

/// Checks the free space where the data directory is or will be.
pub(crate) fn disk(data_dir: &Path) -> Finding {
    let dir = existing_ancestor(data_dir);
    match fs4::available_space(&dir) {
        Ok(free) => disk_finding(free, &dir),
        Err(error) => Finding::skipped(format!(
            "the free space of {} is not known: {error}",
            dir.display()
        )),
    }
}

fn disk_finding(free: u64, dir: &Path) -> Finding {
    let detail = format!("{} free at {}", readable(free), dir.display());
    let fix = || {
        Fix::new(
            "free some space, or put the data elsewhere with ODD_DATA_DIR; ODD_RETENTION_DAYS limits its growth",
        )
    };
    match free {
        ..DISK_FAIL => Finding::fail(detail, fix()),
        DISK_FAIL..DISK_WARN => Finding::warn(detail, fix()),
        _ => Finding::ok(detail),
    }
}

/// Checks the memory that is available, within the limit of the container if there is one.
pub(crate) fn memory() -> Finding {
    let Ok(mut system) = sysinfo::System::new() else {
        return memory_finding(0, 0);
    };
    system.refresh_memory();
    let limits = system.cgroup_limits();
    let (available, total) = limits.map_or_else(
        || (system.available_memory(), system.total_memory()),
        |limits| (limits.free_memory, limits.total_memory),
    );
    memory_finding(available, total)
}

fn memory_finding(available: u64, total: u64) -> Finding {
    if total == 0 {
        return Finding::skipped("the operating system does not tell");
    }
    let detail = format!("{} of {} available", readable(available), readable(total));
    let fix =
        || Fix::new("stop other programs, or raise the memory limit of the container or machine");
    match available {
        ..MEMORY_FAIL => Finding::fail(detail, fix()),
        MEMORY_FAIL..MEMORY_WARN => Finding::warn(detail, fix()),
        _ => Finding::ok(detail),
    }
}

/// Checks how many files this process may open.
#[cfg(unix)]
pub(crate) fn open_files() -> Finding {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    open_files_finding(limit.current, limit.maximum)
}

/// Checks how many files this process may open.
#[cfg(not(unix))]
pub(crate) fn open_files() -> Finding {
    Finding::skipped("Windows has no such limit")
}

/// `None` is no limit.
#[cfg(unix)]
fn open_files_finding(soft: Option<u64>, hard: Option<u64>) -> Finding {
    let Some(soft) = soft else {
        return Finding::ok("no limit");
    };
    let detail = format!("{soft} open files");
    let raised = hard.map_or(8192, |hard| hard.min(8192));
    let fix = || {
        let text = "raise the limit in the shell that starts the observatory, or LimitNOFILE of its service";
        Fix::new(text).command(format!("ulimit -n {raised}"))
    };
    match soft {
        ..FILES_FAIL => Finding::fail(detail, fix()),
        FILES_FAIL..FILES_WARN => Finding::warn(detail, fix()),
        _ => Finding::ok(detail),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::CheckStatus::{Fail, Ok, Skipped, Warn};

    #[test]
    fn disk_warns_before_it_fails() {
        let status = |free| disk_finding(free, Path::new("/data")).status();
        assert_eq!(status(DISK_FAIL - 1), Fail);
        assert_eq!(status(DISK_FAIL), Warn);
        assert_eq!(status(DISK_WARN), Ok);
    }

    #[test]
    fn memory_warns_before_it_fails() {
        let status = |available| memory_finding(available, 8 * GIB).status();
        assert_eq!(status(MEMORY_FAIL - 1), Fail);
        assert_eq!(status(MEMORY_FAIL), Warn);
        assert_eq!(status(MEMORY_WARN), Ok);
        assert_eq!(memory_finding(0, 0).status(), Skipped);
    }

    #[cfg(unix)]
    #[test]
    fn limit_of_open_files_comes_with_the_command_that_raises_it() {
        assert_eq!(open_files_finding(None, None).status(), Ok);
        assert_eq!(open_files_finding(Some(1024), None).status(), Ok);
        let low = open_files_finding(Some(64), Some(4096));
        assert_eq!(low.status(), Fail);
        let command = low.fix().and_then(|fix| fix.command.clone());
        assert_eq!(command.as_deref(), Some("ulimit -n 4096"));
        assert_eq!(open_files_finding(Some(256), None).status(), Warn);
    }

    #[test]
    fn this_machine_can_be_measured() {
        let dir = tempfile::tempdir().expect("a directory");
        assert_ne!(disk(&dir.path().join("later")).status(), Skipped);
        assert_ne!(memory().status(), Skipped);
    }
}
