//! Temporary folders that are deleted even if their owner is killed.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::file_lock::FileLock;

const PREFIX: &str = "odd-servers-";
/// A file that is locked while the owner lives. A folder without it is still being created.
const OWNED: &str = "owned";

/// A temporary folder, deleted on drop.
#[derive(Debug)]
pub(crate) struct TemporaryDir {
    folder: TempDir,
    _owned: FileLock,
}

impl TemporaryDir {
    /// Creates a folder that other users may traverse, as PostgreSQL under its own user does, but not list.
    pub(crate) fn create() -> io::Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            .permissions(Permissions::from_mode(0o711))
            .tempdir()?;
        let unlocked = folder.path().join("new");
        let owned = FileLock::try_acquire(&unlocked)?.ok_or(io::ErrorKind::WouldBlock)?;
        fs::rename(&unlocked, folder.path().join(OWNED))?;
        Ok(Self {
            folder,
            _owned: owned,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Deletes the folders whose owners were killed. A folder that cannot be deleted is skipped.
pub(crate) fn remove_abandoned() {
    for folder in folders().into_iter().filter(|folder| is_abandoned(folder)) {
        let _skipped = fs::remove_dir_all(folder);
    }
}

/// Returns the temporary folders of this user.
fn folders() -> Vec<PathBuf> {
    let user = rustix::process::geteuid().as_raw();
    let entries = fs::read_dir(std::env::temp_dir()).into_iter().flatten();
    entries
        .flatten()
        .filter(|entry| entry.file_name().to_string_lossy().starts_with(PREFIX))
        .filter(|entry| {
            let metadata = entry.metadata();
            metadata.is_ok_and(|metadata| metadata.is_dir() && metadata.uid() == user)
        })
        .map(|entry| entry.path())
        .collect()
}

fn is_abandoned(folder: &Path) -> bool {
    let owned = FileLock::try_acquire_existing(&folder.join(OWNED));
    owned.is_ok_and(|owned| owned.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_folders_without_an_owner_are_abandoned() {
        let temporary = TemporaryDir::create().expect("a folder");
        assert!(!is_abandoned(temporary.path()));
        assert!(folders().contains(&temporary.path().to_owned()));
        let TemporaryDir { folder, _owned } = temporary;
        drop(_owned);
        assert!(is_abandoned(folder.path()));
        remove_abandoned();
        assert!(!folder.path().exists());
    }
}
