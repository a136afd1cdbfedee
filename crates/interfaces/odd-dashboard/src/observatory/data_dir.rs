use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use odd_contracts::Timestamp;
use odd_core::{Clock, SystemClock};
use serde::{Deserialize, Serialize};

use crate::failure::Failure;

const LOCK_FILE: &str = "lock";
const STORE_FILE: &str = "store.db";

/// How long the lock of a process that was killed may outlive it: a program that it was about to start holds it as well,
/// until it begins.
const LETTING_GO: Duration = Duration::from_secs(1);
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// A data directory in the hands of this process alone. Dropping it gives it back.
#[derive(Debug)]
pub(crate) struct DataDir {
    path: PathBuf,
    /// The operating system holds the lock as long as the file is open, and lets go of it when the process
    /// dies in whatever way.
    _lock: File,
}

/// Who holds a data directory, for the message to whoever comes second.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Holder {
    pid: u32,
    since: Timestamp,
}

impl DataDir {
    /// Makes the directory when it is absent, sees to it that only its owner can read it, and locks it.
    ///
    /// # Errors
    /// When it cannot be made or made private, or another process has it; the message says which.
    pub(crate) fn open(path: &Path) -> Result<Self, Failure> {
        create_private(path).map_err(|error| {
            Failure::failed(format!("cannot make the data directory {}", path.display()))
                .cause(error)
                .hint("name another with --data-dir or ODD_DATA_DIR")
        })?;
        #[cfg(unix)]
        make_private(path).map_err(|error| {
            Failure::failed(format!(
                "others can read the data directory {}",
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

    pub(crate) fn store_file(&self) -> PathBuf {
        self.path.join(STORE_FILE)
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

/// Takes away what others may do with a directory of ours. One that holds other things is left to its owner: it may
/// be shared on purpose, as `/tmp` is.
#[cfg(unix)]
fn make_private(path: &Path) -> std::io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mut permissions = std::fs::metadata(path)?.permissions();
    if permissions.mode() & 0o077 == 0 {
        return Ok(());
    }
    let is_ours = path.join(STORE_FILE).exists() || std::fs::read_dir(path)?.next().is_none();
    if !is_ours {
        return Err(std::io::Error::other(
            "it holds other files and no store, so its permissions are left alone",
        ));
    }
    permissions.set_mode(permissions.mode() & !0o077);
    std::fs::set_permissions(path, permissions)?;
    tracing::warn!(path = %path.display(), "others could read the data directory; it is private now");
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
    let given_up = Instant::now() + LETTING_GO;
    loop {
        match file.try_lock() {
            Ok(()) => break,
            Err(TryLockError::WouldBlock) if Instant::now() < given_up => sleep(LOOK_AGAIN),
            Err(TryLockError::WouldBlock) => return Err(held(path, &mut file)),
            Err(TryLockError::Error(error)) => return Err(unusable(error)),
        }
    }
    sign(&mut file).map_err(unusable)?;
    Ok(file)
}

fn sign(file: &mut File) -> std::io::Result<()> {
    let holder = Holder {
        pid: std::process::id(),
        since: SystemClock.now(),
    };
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(serde_json::to_string(&holder)?.as_bytes())?;
    file.flush()
}

fn held(path: &Path, file: &mut File) -> Failure {
    let mut text = String::new();
    // Some systems let nobody read what another process has locked.
    let holder = file
        .read_to_string(&mut text)
        .ok()
        .and_then(|_| serde_json::from_str::<Holder>(&text).ok());
    let who = match holder {
        Some(Holder { pid, since }) => format!("process {pid} has held it since {since}"),
        None => "another process holds it".to_owned(),
    };
    Failure::failed(format!("the data directory {} is in use", path.display()))
        .cause(who)
        .hint("stop that process, or name another directory with --data-dir or ODD_DATA_DIR")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_that_is_let_go_of_in_a_moment_is_waited_for() {
        let parent = tempfile::tempdir().expect("a temporary directory");
        let path = parent.path().join("data");
        let first = DataDir::open(&path).expect("free");
        let letting_go = std::thread::spawn(move || {
            sleep(Duration::from_millis(100));
            drop(first);
        });
        DataDir::open(&path).expect("free in a moment");
        letting_go.join().expect("no panic");
    }

    #[test]
    fn second_holder_learns_who_the_first_is() {
        let parent = tempfile::tempdir().expect("a temporary directory");
        let path = parent.path().join("data");
        let first = DataDir::open(&path).expect("free");
        let failure = DataDir::open(&path).expect_err("held");
        assert!(failure.what.ends_with("is in use"), "{failure:?}");
        let me = format!("process {} has held it since 20", std::process::id());
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
