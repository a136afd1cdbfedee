use std::fs::{File, read_dir, remove_file, rename};
use std::io::{ErrorKind, Write};
use std::path::Path;

use odd_core::AlertRecords;
use odd_core::ports::StoreError;
use serde::{Deserialize, Serialize};
use tempfile::Builder;

use crate::version::Version;

/// The begin of the names of files that are not completely written.
const UNFINISHED: &str = "alerts.new-";

/// The part of the content that decides whether the rest can be read.
#[derive(Deserialize)]
struct Header {
    #[serde(default)]
    version: Version,
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
/// not prevent a start. A file of a later form is no such file: it is left as it is if this build cannot read it, and copied if
/// this build would leave out some of it.
pub(crate) fn read(path: &Path) -> Result<AlertRecords, StoreError> {
    let text = match std::fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(AlertRecords::default()),
        Err(error) => return Err(StoreError::broken("cannot read the file of alerts", error)),
    };
    let header: Option<Header> = serde_json::from_slice(&text).ok();
    let version = header.map_or(Version::CURRENT, |header| header.version);
    version
        .check(path)
        .map_err(|error| StoreError::broken("cannot read the file of alerts", error))?;
    match serde_json::from_slice::<Content<AlertRecords>>(&text) {
        Ok(content) => {
            if version > Version::CURRENT {
                let kept = path.with_extension(format!("{version}.json"));
                tracing::warn!(%version, kept = %kept.display(), "a later version of the program has written the alerts; keeping a copy");
                std::fs::copy(path, kept)
                    .map_err(|error| StoreError::broken("cannot copy the file of alerts", error))?;
            }
            Ok(content.records)
        }
        Err(error) => {
            let kept = path.with_extension("damaged.json");
            tracing::error!(%error, kept = %kept.display(), "the file of alerts is damaged; starting without it");
            rename(path, kept)
                .map_err(|error| StoreError::broken("cannot rename the file of alerts", error))?;
            Ok(AlertRecords::default())
        }
    }
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
    // On Unix the rename itself is durable only once the directory is.
    if cfg!(unix) {
        File::open(directory)?.sync_all()?;
    }
    Ok(())
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
