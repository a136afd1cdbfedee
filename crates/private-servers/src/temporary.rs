//! Temporary folders that somebody removes, whatever happens to their owner.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::claim::Claim;

const PREFIX: &str = "odd-place-";
/// Locked for as long as the owner lives. A folder without it is just being made.
const OWNED: &str = "owned";

/// A temporary folder, removed when it is dropped.
#[derive(Debug)]
pub(crate) struct Temporary {
    folder: TempDir,
    _owned: Claim,
}

impl Temporary {
    /// Others may pass through it, as PostgreSQL does under another user, but not look into it.
    pub(crate) fn make() -> io::Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix(PREFIX)
            .permissions(Permissions::from_mode(0o711))
            .tempdir()?;
        let unlocked = folder.path().join("new");
        let owned = Claim::take(&unlocked)?.ok_or(io::ErrorKind::WouldBlock)?;
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

/// Removes the folders whose owners were killed. It does what it can; a folder that resists stays.
pub(crate) fn remove_abandoned() {
    for folder in folders().into_iter().filter(|folder| is_abandoned(folder)) {
        let _resists = fs::remove_dir_all(folder);
    }
}

/// Those of this user.
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
    let owned = Claim::take_existing(&folder.join(OWNED));
    owned.is_ok_and(|owned| owned.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_folders_without_an_owner_are_abandoned() {
        let temporary = Temporary::make().expect("a folder");
        assert!(!is_abandoned(temporary.path()));
        assert!(folders().contains(&temporary.path().to_owned()));
        let Temporary { folder, _owned } = temporary;
        drop(_owned);
        assert!(is_abandoned(folder.path()));
        remove_abandoned();
        assert!(!folder.path().exists());
    }
}
