use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{Seek, Write};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use odd_core::{Clock, SystemClock};
use odd_doctor::{LOCK_FILE, LockHolder};

use crate::failure::Failure;

const STORE_FILE: &str = "store.db";

/// How long the lock of a killed process may outlive it: a child that it has forked holds the lock too, until its program
/// starts.
const LOCK_WAIT_LIMIT: Duration = Duration::from_secs(1);
const LOCK_POLL_INTERVAL: Duration = Duration::from_millis(20);

/// A data directory that this process has locked. Dropping it releases the lock.
#[derive(Debug)]
pub(crate) struct DataDir {
    path: PathBuf,
    /// The operating system holds the lock while the file is open, and releases it when the process ends for any reason.
    _lock: File,
}

impl DataDir {
    /// Creates the directory if it does not exist, makes it readable for its owner only, and locks it.
    ///
    /// # Errors
    /// When it cannot be created or made private, or another process has locked it; the message names the process.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        create_private(path).map_err(|error| {
            Failure::failed(format!(
                "cannot create the data directory {}",
                path.display()
            ))
            .cause(error)
            .hint("name another with --data-dir or ODD_DATA_DIR")
        })?;
        #[cfg(unix)]
        make_private(path).map_err(|error| {
            Failure::failed(format!(
                "other users can read the data directory {}",
                path.display()
            ))
            .cause(error)
            .hint(
                "make it private with `chmod 700`, or name another with --data-dir or ODD_DATA_DIR",
            )
        })?;
        let lock = lock(path)?;
        Ok(Self {
            path: path.to_owned(),
            _lock: lock,
        })
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn store_file(&self) -> PathBuf {
        self.path.join(STORE_FILE)
    }

    pub(crate) fn alerts_file(&self) -> PathBuf {
        self.path.join("alerts.json")
    }

    pub(crate) fn views_file(&self) -> PathBuf {
        self.path.join("views.db")
    }
}

fn create_private(path: &Path) -> std::io::Result<()> {
    if let Some(parent) = path.parent() {
        std::fs::create_dir_all(parent)?;
    }
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(path)
}

/// Removes the permissions of group and others. The permissions of a directory with other files are not changed, because it
/// may be shared on purpose, like `/tmp`.
#[cfg(unix)]
fn make_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mut permissions = std::fs::metadata(path)?.permissions();
    if permissions.mode() & 0o077 == 0 {
        return Ok(());
    }
    let is_data_dir = path.join(STORE_FILE).exists() || std::fs::read_dir(path)?.next().is_none();
    if !is_data_dir {
        return Err(std::io::Error::other(
            "it contains other files and no store, so its permissions were not changed",
        ));
    }
    permissions.set_mode(permissions.mode() & !0o077);
    std::fs::set_permissions(path, permissions)?;
    tracing::warn!(path = %path.display(), "the data directory was readable for other users; it is private now");
    Ok(())
}

fn lock(path: &Path) -> Result<File, Failure> {
    let file_path = path.join(LOCK_FILE);
    let unusable = |error: std::io::Error| {
        Failure::failed(format!("cannot use the data directory {}", path.display())).cause(error)
    };
    let mut file = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(&file_path)
        .map_err(unusable)?;
    let deadline = Instant::now() + LOCK_WAIT_LIMIT;
    loop {
        match file.try_lock() {
            Ok(()) => break,
            Err(TryLockError::WouldBlock) if Instant::now() < deadline => sleep(LOCK_POLL_INTERVAL),
            Err(TryLockError::WouldBlock) => return Err(in_use(path, &mut file)),
            Err(TryLockError::Error(error)) => return Err(unusable(error)),
        }
    }
    write_holder(&mut file).map_err(unusable)?;
    Ok(file)
}

fn write_holder(file: &mut File) -> std::io::Result<()> {
    let holder = LockHolder {
        pid: std::process::id(),
        since: SystemClock.now(),
    };
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(serde_json::to_string(&holder)?.as_bytes())?;
    file.flush()
}

fn in_use(path: &Path, file: &mut File) -> Failure {
    let who = match LockHolder::read(file) {
        Some(LockHolder { pid, since }) => format!("process {pid} has used it since {since}"),
        None => "another process uses it".to_owned(),
    };
    Failure::failed(format!("the data directory {} is in use", path.display()))
        .cause(who)
        .hint("stop it with `odd-dashboard down`, or name another directory with --data-dir or ODD_DATA_DIR")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lock_that_is_released_shortly_is_awaited() {
        let parent = tempfile::tempdir().expect("a temporary directory");
        let path = parent.path().join("data");
        let first = DataDir::open(&path).expect("free");
        let release = std::thread::spawn(move || {
            sleep(Duration::from_millis(100));
            drop(first);
        });
        DataDir::open(&path).expect("free shortly");
        release.join().expect("no panic");
    }

    #[test]
    fn error_names_the_process_that_uses_the_directory() {
        let parent = tempfile::tempdir().expect("a temporary directory");
        let path = parent.path().join("data");
        let first = DataDir::open(&path).expect("free");
        let failure = DataDir::open(&path).expect_err("in use");
        assert!(failure.what.ends_with("is in use"), "{failure:?}");
        let me = format!("process {} has used it since 20", std::process::id());
        assert!(failure.causes[0].starts_with(&me), "{failure:?}");
        drop(first);
        DataDir::open(&path).expect("free again");
    }

    #[cfg(unix)]
    #[test]
    fn directory_is_private() {
        use std::os::unix::fs::PermissionsExt;
        let parent = tempfile::tempdir().expect("a temporary directory");
        let path = parent.path().join("a").join("data");
        let _dir = DataDir::open(&path).expect("free");
        let mode = std::fs::metadata(&path).expect("made").permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
    }
}
