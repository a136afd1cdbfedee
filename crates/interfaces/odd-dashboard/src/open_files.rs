//! The limit of open files.

use std::sync::OnceLock;

/// The soft limit that the process was started with, if it was raised.
static INHERITED: OnceLock<u64> = OnceLock::new();

/// Soft limit where there is no hard one. macOS refuses larger ones.
#[cfg(unix)]
const LARGEST: u64 = 10_240;

/// Raises the soft limit of open files to the hard one. Each connection, and each program of a job, has some open.
///
/// A soft limit below the hard one exists for programs that use `select`, which knows 1,024 files only. This one does not.
#[cfg(unix)]
pub(crate) fn raise() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let inherited = getrlimit(Resource::Nofile);
    let Some(soft) = inherited.current else {
        return;
    };
    let raised = Rlimit {
        current: inherited.maximum.or(Some(LARGEST)),
        maximum: inherited.maximum,
    };
    if raised.current > Some(soft) && setrlimit(Resource::Nofile, raised).is_ok() {
        INHERITED.get_or_init(|| soft);
    }
}

#[cfg(not(unix))]
pub(crate) fn raise() {}

/// Returns the soft limit before it was raised, for the programs of jobs.
pub(crate) fn inherited() -> Option<u64> {
    INHERITED.get().copied()
}

/// Files that a running program has open here: three pipes, its process, and others while it starts.
const FILES_OF_PROGRAM: u64 = 5;

/// Files that an HTTP exchange has open, also while it resolves a name.
const FILES_OF_EXCHANGE: u64 = 4;

/// Returns how many programs may run at the same time.
pub(crate) fn most_programs() -> Option<usize> {
    most(FILES_OF_PROGRAM)
}

/// Returns how many HTTP exchanges may run at the same time.
pub(crate) fn most_exchanges() -> Option<usize> {
    most(FILES_OF_EXCHANGE)
}

/// Jobs have up to half of the limit. The rest is for connections and stores.
#[cfg(unix)]
fn most(files: u64) -> Option<usize> {
    use rustix::process::{Resource, getrlimit};
    let limit = getrlimit(Resource::Nofile).current?;
    usize::try_from((limit / 2 / files).max(1)).ok()
}

#[cfg(not(unix))]
fn most(_files: u64) -> Option<usize> {
    None
}
