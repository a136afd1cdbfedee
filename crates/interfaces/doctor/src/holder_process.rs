use std::path::Path;

use crate::LockHolder;

/// Whether the process in the entry of a lock file is the one that holds the lock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HolderProcess {
    /// It is.
    Confirmed,
    /// It may be, but belongs to another user, so that this user cannot inspect it.
    OtherUser,
    /// It may be: it belongs to this user, but the operating system does not tell which files it has opened.
    Unverified,
    /// It is not: the process has ended, or another one has its id now.
    Mismatch,
}

impl LockHolder {
    /// Verifies that the process of this entry holds the lock in `data_dir`.
    ///
    /// An entry can be out of date for a moment, and an id can have been given to another process: never send a signal
    /// without this check.
    #[cfg(target_os = "linux")]
    pub fn verify(&self, data_dir: &Path) -> HolderProcess {
        use std::os::unix::fs::MetadataExt;
        let Ok(lock) = std::fs::metadata(data_dir.join(crate::LOCK_FILE)) else {
            return HolderProcess::Mismatch;
        };
        let descriptors = match std::fs::read_dir(format!("/proc/{}/fd", self.pid)) {
            Ok(descriptors) => descriptors,
            Err(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
                return unreadable(owner_of(self.pid));
            }
            Err(_) => return HolderProcess::Mismatch,
        };
        let opens_lock = descriptors.flatten().any(|descriptor| {
            // Follows the link to the open file.
            let file = std::fs::metadata(descriptor.path());
            file.is_ok_and(|file| (file.dev(), file.ino()) == (lock.dev(), lock.ino()))
        });
        match opens_lock {
            true => HolderProcess::Confirmed,
            false => HolderProcess::Mismatch,
        }
    }

    /// Verifies that the process of this entry holds the lock in `data_dir`: it exists, and was started before the entry was
    /// written.
    ///
    /// An entry can be out of date for a moment, and an id can have been given to another process: never send a signal
    /// without this check.
    #[cfg(not(target_os = "linux"))]
    pub fn verify(&self, _: &Path) -> HolderProcess {
        use sysinfo::{Pid, ProcessRefreshKind, ProcessesToUpdate, System};
        /// The operating system counts whole seconds.
        const ROUNDING_SECONDS: i64 = 2;
        let Ok(mut system) = System::new() else {
            return HolderProcess::Mismatch;
        };
        let pid = Pid::from_u32(self.pid);
        let selected = ProcessesToUpdate::Some(&[pid]);
        system.refresh_processes_specifics(selected, true, ProcessRefreshKind::nothing());
        let Some(process) = system.process(pid) else {
            return HolderProcess::Mismatch;
        };
        let started = i64::try_from(process.start_time()).unwrap_or(i64::MAX);
        let since = self.since.as_micros().div_euclid(1_000_000);
        match started <= since + ROUNDING_SECONDS {
            true => HolderProcess::Confirmed,
            false => HolderProcess::Mismatch,
        }
    }
}

/// Returns the user of a process. The owner of its directory in `/proc` is another one for a process that cannot be traced.
#[cfg(target_os = "linux")]
fn owner_of(pid: u32) -> Option<u32> {
    let process = procfs::process::Process::new(i32::try_from(pid).ok()?).ok()?;
    Some(process.status().ok()?.euid)
}

/// Tells about a process whose open files are hidden from this user. Some systems hide even those of the same user.
#[cfg(target_os = "linux")]
fn unreadable(owner: Option<u32>) -> HolderProcess {
    let me = rustix::process::geteuid().as_raw();
    match owner {
        Some(owner) if owner != me => HolderProcess::OtherUser,
        _ => HolderProcess::Unverified,
    }
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use odd_contracts::Timestamp;

    use super::*;

    #[test]
    fn only_the_process_that_has_opened_the_lock_is_confirmed() {
        let dir = tempfile::tempdir().expect("a directory");
        let entry = |pid| LockHolder {
            pid,
            since: Timestamp::from_micros(0),
        };
        let me = entry(std::process::id());
        assert_eq!(me.verify(dir.path()), HolderProcess::Mismatch);
        let file = std::fs::File::create(dir.path().join(crate::LOCK_FILE)).expect("created");
        assert_eq!(me.verify(dir.path()), HolderProcess::Confirmed);
        // Another process of this user, which has its id.
        let mut child = std::process::Command::new("sleep")
            .arg("60")
            .spawn()
            .expect("it starts");
        assert_eq!(
            entry(child.id()).verify(dir.path()),
            HolderProcess::Mismatch
        );
        child.kill().expect("it runs");
        child.wait().expect("it ends");
        assert_eq!(
            entry(child.id()).verify(dir.path()),
            HolderProcess::Mismatch
        );
        drop(file);
    }

    #[test]
    fn hidden_process_of_this_user_does_not_belong_to_another_one() {
        let me = owner_of(std::process::id());
        assert_eq!(unreadable(me), HolderProcess::Unverified);
        assert_eq!(unreadable(None), HolderProcess::Unverified);
        let other = me.map(|user| user + 1);
        assert_eq!(unreadable(other), HolderProcess::OtherUser);
    }
}
