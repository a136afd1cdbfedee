use std::fs::{File, read_dir, remove_file, rename};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};

use odd_core::AlertRecords;
use odd_core::ports::StoreError;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tempfile::Builder;

use crate::version::{UnsupportedVersion, Version};

/// The prefix of the names of files that are not completely written.
const UNFINISHED: &str = "alerts.new-";

/// The part of the content that decides whether the rest can be read.
#[derive(Deserialize)]
struct Header {
    version: Option<Value>,
}

/// The content of the file.
#[derive(Serialize, Deserialize)]
struct Content<T> {
    #[serde(default)]
    version: Version,
    #[serde(flatten)]
    records: T,
}

/// Reads the records. There are none before the first alert. A damaged file is renamed, because the history of alerts must
/// not prevent a start. A file of a later version is not damaged: it is left as it is if this build cannot read it, and copied if
/// this build would leave out some of it.
pub(crate) fn read(path: &Path) -> Result<AlertRecords, StoreError> {
    let unreadable =
        |error: UnsupportedVersion| StoreError::broken("cannot read the file of alerts", error);
    let text = match std::fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(AlertRecords::default()),
        Err(error) => return Err(StoreError::broken("cannot read the file of alerts", error)),
    };
    let header: Header = match serde_json::from_slice(&text) {
        Ok(header) => header,
        Err(error) => return set_aside(path, &error),
    };
    let version = Version::read(path, header.version.as_ref()).map_err(unreadable)?;
    let mut records = match serde_json::from_slice::<Content<AlertRecords>>(&text) {
        Ok(content) => content.records,
        Err(_) if version > Version::CURRENT => {
            return Err(unreadable(UnsupportedVersion::of(path, &version)));
        }
        Err(error) => return set_aside(path, &error),
    };
    if version > Version::CURRENT {
        keep_copy(path, version)
            .map_err(|error| StoreError::broken("cannot copy the file of alerts", error))?;
    }
    if version < Version::SEPARATE_SILENCES {
        records.move_silences_of_alerts();
    }
    Ok(records)
}

/// Renames a damaged file.
fn set_aside(path: &Path, error: &serde_json::Error) -> Result<AlertRecords, StoreError> {
    let kept = free_path(path, "damaged");
    tracing::error!(%error, kept = %kept.display(), "the file of alerts is damaged; starting without it");
    rename(path, kept)
        .and_then(|()| sync_directory(path))
        .map_err(|error| StoreError::broken("cannot rename the file of alerts", error))?;
    Ok(AlertRecords::default())
}

/// Copies a file of a later version. The copy is on the disk before the file is replaced.
fn keep_copy(path: &Path, version: Version) -> std::io::Result<()> {
    let kept = free_path(path, &version.to_string());
    tracing::warn!(%version, kept = %kept.display(), "a later version of the program has written the alerts; keeping a copy");
    std::fs::copy(path, &kept)?;
    File::open(&kept)?.sync_all()?;
    sync_directory(path)
}

/// Returns a name that no file has, such as `alerts.damaged.json` or `alerts.damaged-2.json`.
fn free_path(path: &Path, label: &str) -> PathBuf {
    let mut kept = path.with_extension(format!("{label}.json"));
    let mut number = 1;
    while kept.symlink_metadata().is_ok() {
        number += 1;
        kept = path.with_extension(format!("{label}-{number}.json"));
    }
    kept
}

/// Replaces the file, so that a crash leaves the old or the new content.
pub(crate) fn write(path: &Path, records: &AlertRecords) -> Result<(), StoreError> {
    let content = Content {
        version: Version::CURRENT,
        records,
    };
    let text = serde_json::to_vec(&content)
        .map_err(|error| StoreError::broken("cannot write alerts as JSON", error))?;
    replace(path, &text)
        .map_err(|error| StoreError::unavailable("cannot write the file of alerts", error))
}

fn replace(path: &Path, text: &[u8]) -> std::io::Result<()> {
    let directory = directory(path);
    // Only its owner may read it. It is removed if it is not renamed.
    let mut new = Builder::new().prefix(UNFINISHED).tempfile_in(directory)?;
    new.write_all(text)?;
    new.as_file().sync_all()?;
    new.persist(path)?;
    sync_directory(path)
}

/// Makes a new name durable: on Unix it is only once the directory is.
fn sync_directory(path: &Path) -> std::io::Result<()> {
    match cfg!(unix) {
        true => File::open(directory(path))?.sync_all(),
        false => Ok(()),
    }
}

/// Removes the files that a crash during [`write`] has left behind.
pub(crate) fn remove_unfinished(path: &Path) {
    let entries = read_dir(directory(path)).into_iter().flatten().flatten();
    for entry in entries {
        let is_unfinished = entry
            .file_name()
            .to_str()
            .is_some_and(|name| name.starts_with(UNFINISHED));
        if is_unfinished && let Err(error) = remove_file(entry.path()) {
            tracing::warn!(%error, path = %entry.path().display(), "an unfinished file of alerts cannot be removed");
        }
    }
}

fn directory(path: &Path) -> &Path {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}
