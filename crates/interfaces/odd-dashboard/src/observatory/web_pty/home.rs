use std::fs::Permissions;
use std::io;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use tempfile::TempDir;

use crate::failure::Failure;

/// An empty directory that only this user can read, instead of the home directory: terminals must not use the
/// configuration of the user who runs the server. Dropping it removes it.
pub(super) struct HomeDirectory(Arc<Mutex<TempDir>>);

/// The path of a [`HomeDirectory`].
pub(super) struct HomePath(Weak<Mutex<TempDir>>);

impl HomeDirectory {
    /// # Errors
    /// When it cannot be created.
    pub(super) fn create() -> Result<Self, Failure> {
        let created = create();
        created
            .map(|home| Self(Arc::new(Mutex::new(home))))
            .map_err(|error| {
                Failure::failed("cannot create a directory for the terminals")
                    .cause(error)
                    .hint("set TMPDIR to a directory that this user can write")
            })
    }

    pub(super) fn path(&self) -> HomePath {
        HomePath(Arc::downgrade(&self.0))
    }
}

impl HomePath {
    /// Returns the path of the directory. Creates another one if it is gone: many systems remove temporary files that have
    /// not changed for some days. Without a directory, no program can be started with the path.
    pub(super) fn current(&self) -> PathBuf {
        let Some(home) = self.0.upgrade() else {
            return PathBuf::new();
        };
        let mut home = lock(&home);
        if !is_own_directory(home.path()) {
            match create() {
                // What has the old name now, if anything, does not belong to this process.
                Ok(created) => drop(std::mem::replace(&mut *home, created).keep()),
                Err(error) => {
                    tracing::error!(%error, "cannot create a directory for the terminals")
                }
            }
        }
        home.path().to_owned()
    }
}

fn create() -> io::Result<TempDir> {
    tempfile::Builder::new()
        .prefix("odd-terminal-")
        .permissions(Permissions::from_mode(0o700))
        .tempdir()
}

/// Whether this is a directory of this user, and no link: others can write to the directory of temporary files, too.
fn is_own_directory(path: &Path) -> bool {
    let me = rustix::process::geteuid().as_raw();
    std::fs::symlink_metadata(path).is_ok_and(|found| found.is_dir() && found.uid() == me)
}

fn lock(home: &Mutex<TempDir>) -> MutexGuard<'_, TempDir> {
    home.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn directory_that_was_removed_is_created_again() {
        let home = HomeDirectory::create().expect("created");
        let path = home.path();
        let first = path.current();
        assert_eq!(path.current(), first);
        std::fs::remove_dir(&first).expect("removed");
        let elsewhere = tempfile::tempdir().expect("created");
        symlink(elsewhere.path(), &first).expect("created");
        let second = path.current();
        assert_ne!(second, first, "a link is not used");
        let mode = second.metadata().expect("exists").permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        drop(home);
        assert!(!second.exists() && elsewhere.path().exists());
        std::fs::remove_file(first).expect("the link is still there");
    }
}
