use std::fs::{File, OpenOptions, rename};
use std::io::{ErrorKind, Write};
use std::path::Path;

use odd_core::AlertRecords;
use odd_core::ports::StoreError;

/// Reads the records. There are none before the first alert. A damaged file is renamed, because the history of alerts must
/// not prevent a start.
pub(crate) fn read(path: &Path) -> Result<AlertRecords, StoreError> {
    let text = match std::fs::read(path) {
        Ok(text) => text,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(AlertRecords::default()),
        Err(error) => return Err(StoreError::broken("cannot read the file of alerts", error)),
    };
    match serde_json::from_slice(&text) {
        Ok(records) => Ok(records),
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
    let text = serde_json::to_vec(records)
        .map_err(|error| StoreError::broken("cannot write alerts as JSON", error))?;
    replace(path, &text)
        .map_err(|error| StoreError::unavailable("cannot write the file of alerts", error))
}

fn replace(path: &Path, text: &[u8]) -> std::io::Result<()> {
    let new = path.with_extension("new.json");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&new)?;
    file.write_all(text)?;
    file.sync_all()?;
    rename(&new, path)?;
    // On Unix the rename itself is durable only once the directory is.
    if cfg!(unix)
        && let Some(directory) = path.parent()
    {
        File::open(directory)?.sync_all()?;
    }
    Ok(())
}
