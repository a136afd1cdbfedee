use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;

use odd_core::Aggregates;
use odd_core::ports::{EventLog, LogRecord, Position, StoreError, Views};
use rusqlite::Connection;

use crate::EmbeddedViews;
use crate::fold::{add, advance};
use crate::views::broken;

/// Folds the whole log into a new file, replaces `path` with it, and returns its digest. `path` must not be open.
///
/// # Errors
/// When the log cannot be read or a file cannot be written. `path` is then unchanged.
pub async fn rebuild(path: &Path, log: &dyn EventLog) -> Result<String, StoreError> {
    let new = with_suffix(path, ".new");
    remove(&new)?;
    // Opening creates the schema. The connections are closed before the fold begins.
    drop(EmbeddedViews::open(&new)?);
    let (chunks, inbox) = sync_channel::<Vec<LogRecord>>(2);
    let target = new.clone();
    let folding = tokio::task::spawn_blocking(move || fold_all(&target, inbox.into_iter()));
    // A failed fold drops its end of the channel, so the replay continues; the error of the fold is reported below.
    let head = log
        .replay(Box::new(move |chunk| drop(chunks.send(chunk))))
        .await;
    let folded = folding
        .await
        .map_err(|error| StoreError::broken("the fold did not end", error))?;
    folded.map_err(broken)?;
    let head = head?;
    let connection = Connection::open(&new).map_err(broken)?;
    advance(&connection, head).map_err(broken)?;
    connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .map_err(broken)?;
    drop(connection);
    let digest = EmbeddedViews::open(&new)?.digest().await?;
    remove(path)?;
    std::fs::rename(&new, path).map_err(unavailable)?;
    remove(&new)?;
    Ok(digest)
}

/// Opens `path`. Rebuilds the views first if they are empty while the log is not: following the log from its start is not
/// enough, because it has entries about pruned jobs whose events were deleted. Also rebuilds views that are ahead of the
/// log: they followed another one, which a backup has replaced.
///
/// # Errors
/// When the file cannot be opened or is damaged, or the log cannot be read.
pub async fn open_over(path: &Path, log: &dyn EventLog) -> Result<EmbeddedViews, StoreError> {
    let views = EmbeddedViews::open(path)?;
    let (position, head) = (views.position().await?, log.head().await?);
    let start = Position::default();
    if (position > start || head == start) && position <= head {
        return Ok(views);
    }
    drop(views);
    rebuild(path, log).await?;
    EmbeddedViews::open(path)
}

fn fold_all(path: &Path, chunks: impl Iterator<Item = Vec<LogRecord>>) -> rusqlite::Result<()> {
    let mut connection = Connection::open(path)?;
    for chunk in chunks {
        let mut aggregates = Aggregates::default();
        chunk
            .iter()
            .for_each(|record| aggregates.fold(&record.entry));
        let tx = connection.transaction()?;
        add(&tx, &aggregates)?;
        tx.commit()?;
    }
    Ok(())
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn remove(path: &Path) -> Result<(), StoreError> {
    for file in [
        path.to_owned(),
        with_suffix(path, "-wal"),
        with_suffix(path, "-shm"),
    ] {
        match std::fs::remove_file(&file) {
            Ok(()) => {}
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => return Err(unavailable(error)),
        }
    }
    Ok(())
}

fn unavailable(error: std::io::Error) -> StoreError {
    StoreError::unavailable("cannot replace the file of the views", error)
}
