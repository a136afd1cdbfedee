use std::fs::{File, TryLockError};
use std::io::Read;
use std::path::Path;

use odd_contracts::Timestamp;
use serde::{Deserialize, Serialize};

/// The file in a data directory that the observatory locks while it runs.
pub const LOCK_FILE: &str = "lock";

/// The process that has locked a data directory: the content of its lock file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LockHolder {
    /// Process id.
    pub pid: u32,
    /// When it took the lock.
    pub since: Timestamp,
}

/// Whether an observatory uses a data directory.
#[derive(Debug)]
pub enum LockState {
    /// No process has locked it, or it does not exist.
    Free,
    /// A process has locked it. The holder is `None` when its entry cannot be read, for example during its first moments.
    Held(Option<LockHolder>),
    /// This cannot be found out.
    Unknown(std::io::Error),
}

impl LockState {
    /// Inspects the lock of a data directory, and takes it for a moment if it is free. A starting observatory waits longer.
    pub fn inspect(data_dir: &Path) -> Self {
        let mut file = match File::open(data_dir.join(LOCK_FILE)) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Self::Free,
            Err(error) => return Self::Unknown(error),
        };
        match file.try_lock_shared() {
            Ok(()) => Self::Free,
            Err(TryLockError::WouldBlock) => Self::Held(LockHolder::read(&mut file)),
            Err(TryLockError::Error(error)) => Self::Unknown(error),
        }
    }

    /// Returns the process that holds the lock, if it is known.
    pub fn holder(&self) -> Option<LockHolder> {
        match self {
            Self::Held(holder) => *holder,
            Self::Free | Self::Unknown(_) => None,
        }
    }
}

impl LockHolder {
    /// Reads the entry in a lock file. Some systems do not let other processes read a locked file.
    pub fn read(file: &mut File) -> Option<Self> {
        const LONGEST: u64 = 4096;
        let mut text = String::new();
        file.take(LONGEST).read_to_string(&mut text).ok()?;
        serde_json::from_str(&text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn locked(content: &str) -> (tempfile::TempDir, File) {
        let dir = tempfile::tempdir().expect("a directory");
        let path = dir.path().join(LOCK_FILE);
        std::fs::write(&path, content).expect("written");
        let file = File::open(path).expect("exists");
        file.lock().expect("free");
        (dir, file)
    }

    const ENTRY: &str = r#"{"pid":17,"since":"2026-01-31T12:00:00.000000Z"}"#;

    #[test]
    fn held_lock_names_its_process() {
        let (dir, file) = locked(ENTRY);
        let holder = LockState::inspect(dir.path()).holder();
        assert_eq!(holder.expect("held").pid, 17);
        drop(file);
        assert!(matches!(LockState::inspect(dir.path()), LockState::Free));
    }

    #[test]
    fn entry_without_a_lock_is_stale_and_ignored() {
        let (dir, file) = locked(ENTRY);
        drop(file);
        assert!(matches!(LockState::inspect(dir.path()), LockState::Free));
    }

    #[test]
    fn held_lock_with_an_unreadable_entry_is_still_held() {
        let (dir, _file) = locked("{");
        assert!(matches!(
            LockState::inspect(dir.path()),
            LockState::Held(None)
        ));
    }

    #[test]
    fn missing_directory_is_free() {
        let dir = tempfile::tempdir().expect("a directory");
        let missing = dir.path().join("missing");
        assert!(matches!(LockState::inspect(&missing), LockState::Free));
    }
}
