use std::path::{Path, PathBuf};
use std::sync::mpsc::sync_channel;

use odd_core::Aggregates;
use odd_core::ports::{EventLog, LogRecord, Position, StoreError, Views};
use rusqlite::Connection;

use crate::EmbeddedViews;
use crate::fold::{add, advance};
use crate::views::broken;

/// Folds the whole log into a new file, puts it in the place of `path`, and returns its digest. Nobody else may
/// have `path` open.
///
/// # Errors
/// When the log cannot be read or a file cannot be written; `path` is then as it was.
pub async fn rebuild(path: &Path, log: &dyn EventLog) -> Result<String, StoreError> {
    let fresh = with_suffix(path, ".new");
    remove(&fresh)?;
    // Opening makes the schema; the connections are closed again before the fold begins.
    drop(EmbeddedViews::open(&fresh)?);
    let (chunks, inbox) = sync_channel::<Vec<LogRecord>>(2);
    let target = fresh.clone();
    let folding = tokio::task::spawn_blocking(move || fold_all(&target, inbox.into_iter()));
    // A fold that failed has dropped its end of the channel; its own error is the one to report.
    let head = log
        .replay(Box::new(move |chunk| drop(chunks.send(chunk))))
        .await;
    let folded = folding
        .await
        .map_err(|panic| StoreError::Broken(format!("the fold did not end: {panic}").into()))?;
    folded.map_err(broken)?;
    let head = head?;
    let connection = Connection::open(&fresh).map_err(broken)?;
    advance(&connection, head).map_err(broken)?;
    connection
        .query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |_| Ok(()))
        .map_err(broken)?;
    drop(connection);
    let digest = EmbeddedViews::open(&fresh)?.digest().await?;
    remove(path)?;
    std::fs::rename(&fresh, path).map_err(unavailable)?;
    remove(&fresh)?;
    Ok(digest)
}

/// Opens `path`. Views that have folded nothing in yet, while the log has a past, are made anew first: following
/// the log from its start would not do, since it tells of pruned jobs whose events are gone. So are views that
/// are ahead of the log, because they have followed another one: a backup was put in its place.
///
/// # Errors
/// When the file cannot be opened or is damaged, or the log cannot be read.
pub async fn open_over(path: &Path, log: &dyn EventLog) -> Result<EmbeddedViews, StoreError> {
    let views = EmbeddedViews::open(path)?;
    let (position, head) = (views.position().await?, log.head().await?);
    let nothing = Position::default();
    if (position > nothing || head == nothing) && position <= head {
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
            .for_each(|recorded| aggregates.fold(&recorded.entry));
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
    StoreError::Unavailable(format!("views: {error}").into())
}
