use std::path::Path;
use std::sync::Arc;

use async_trait::async_trait;
use odd_core::ports::{LogRecord, Position, StoreError, TimeRange, ViewSnapshot, Views};
use odd_core::{Bucket, FailureGroups};
use rusqlite::Connection;
use tokio::sync::Mutex;

use crate::{digest, failures, fold, read};

const SCHEMA_VERSION: i64 = 3;

const SCHEMA: &str = "
CREATE TABLE folded (
    one INTEGER PRIMARY KEY CHECK (one = 1), position INTEGER NOT NULL, last_event_at INTEGER,
    created INTEGER NOT NULL DEFAULT 0, finished INTEGER NOT NULL DEFAULT 0
) STRICT;
INSERT INTO folded (one, position) VALUES (1, 0);
CREATE TABLE counts (
    type TEXT NOT NULL, queue TEXT NOT NULL, status TEXT NOT NULL, count INTEGER NOT NULL,
    PRIMARY KEY (type, queue, status)
) STRICT, WITHOUT ROWID;
CREATE TABLE buckets (
    start INTEGER NOT NULL, type TEXT NOT NULL,
    submitted INTEGER NOT NULL, started INTEGER NOT NULL, completed INTEGER NOT NULL, failed INTEGER NOT NULL,
    cancelled INTEGER NOT NULL, retried INTEGER NOT NULL, wait TEXT NOT NULL, run TEXT NOT NULL,
    queues TEXT NOT NULL,
    versions TEXT NOT NULL,
    PRIMARY KEY (start, type)
) STRICT, WITHOUT ROWID;
CREATE TABLE failures (
    start INTEGER NOT NULL, fingerprint INTEGER NOT NULL, place INTEGER NOT NULL, tally TEXT NOT NULL,
    PRIMARY KEY (start, fingerprint)
) STRICT;
CREATE TABLE unlisted_failures (start INTEGER PRIMARY KEY, count INTEGER NOT NULL) STRICT;
";

/// Views in an SQLite file. Cheap to clone; all clones share two connections.
#[derive(Clone)]
pub struct EmbeddedViews {
    writer: Arc<Mutex<Connection>>,
    reader: Arc<Mutex<Connection>>,
}

impl EmbeddedViews {
    /// Opens the file, or creates it. Empties a file of another schema version, so that the log is folded again.
    ///
    /// # Errors
    /// When the file cannot be opened or is damaged.
    pub fn open(path: &Path) -> Result<Self, StoreError> {
        let writer = Self::open_writer(path).map_err(broken)?;
        let reader = Connection::open(path).map_err(broken)?;
        Ok(Self {
            writer: Arc::new(Mutex::new(writer)),
            reader: Arc::new(Mutex::new(reader)),
        })
    }

    fn open_writer(path: &Path) -> rusqlite::Result<Connection> {
        let mut connection = Connection::open(path)?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // A power failure may lose the last folds; the log is then folded again from the stored position.
        connection.pragma_update(None, "synchronous", "NORMAL")?;
        let found: i64 = connection.pragma_query_value(None, "user_version", |row| row.get(0))?;
        if found != SCHEMA_VERSION {
            let tx = connection.transaction()?;
            tx.execute_batch(
                "DROP TABLE IF EXISTS folded; DROP TABLE IF EXISTS counts; DROP TABLE IF EXISTS buckets; \
                 DROP TABLE IF EXISTS failures; DROP TABLE IF EXISTS unlisted_failures;",
            )?;
            tx.execute_batch(SCHEMA)?;
            tx.pragma_update(None, "user_version", SCHEMA_VERSION)?;
            tx.commit()?;
        }
        Ok(connection)
    }

    async fn with<T, F>(connection: &Arc<Mutex<Connection>>, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&mut Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        // Waits for the connection before it occupies one of the blocking threads, whose number is limited.
        let mut connection = connection.clone().lock_owned().await;
        match tokio::task::spawn_blocking(move || work(&mut connection)).await {
            Ok(outcome) => outcome.map_err(broken),
            Err(error) => Err(StoreError::broken(
                "an operation on the views did not end",
                error,
            )),
        }
    }
}

pub(crate) fn broken(error: rusqlite::Error) -> StoreError {
    StoreError::broken("an operation on the file of the views failed", error)
}

#[async_trait]
impl Views for EmbeddedViews {
    async fn position(&self) -> Result<Position, StoreError> {
        Self::with(&self.reader, |connection| read::position(connection)).await
    }

    async fn apply(&self, entries: Vec<LogRecord>) -> Result<(), StoreError> {
        Self::with(&self.writer, move |connection| {
            fold::apply(connection, &entries)
        })
        .await
    }

    async fn snapshot(&self) -> Result<ViewSnapshot, StoreError> {
        Self::with(&self.reader, read::snapshot).await
    }

    async fn buckets(&self, range: TimeRange) -> Result<Vec<Bucket>, StoreError> {
        Self::with(&self.reader, move |connection| {
            read::buckets(connection, range)
        })
        .await
    }

    async fn failures(&self) -> Result<FailureGroups, StoreError> {
        let rows = Self::with(&self.reader, |connection| {
            failures::read_rows(&connection.transaction()?)
        });
        let rows = rows.await?;
        // They may have ten megabytes. Others use the connection meanwhile.
        tokio::task::spawn_blocking(move || {
            let slices = rows.parse()?.into_iter();
            Ok(FailureGroups::of(slices.map(|(_, slice)| slice)))
        })
        .await
        .map_err(|error| StoreError::broken("failures could not be parsed", error))?
        .map_err(broken)
    }

    async fn digest(&self) -> Result<String, StoreError> {
        Self::with(&self.reader, digest::digest).await
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::time::Duration;

    use tokio::sync::oneshot;

    use super::*;

    #[test]
    fn calls_that_wait_for_the_file_occupy_no_thread() {
        let mut runtime = tokio::runtime::Builder::new_current_thread();
        let runtime = runtime.enable_time().max_blocking_threads(2).build();
        let runtime = runtime.expect("a runtime");
        let directory = tempfile::tempdir().expect("a temporary directory");
        let views = EmbeddedViews::open(&directory.path().join("views.db")).expect("opens");
        let (begin, begun) = oneshot::channel();
        let (release, held) = mpsc::channel::<()>();
        runtime.block_on(async {
            let working = EmbeddedViews::with(&views.reader, move |_| {
                begin.send(()).expect("the test waits");
                Ok(held.recv())
            });
            let others = async {
                begun.await.expect("it begins");
                let free = async {
                    let free = tokio::task::spawn_blocking(|| ());
                    let free = tokio::time::timeout(Duration::from_secs(20), free).await;
                    drop(release);
                    free.expect("a thread is free").expect("no panic");
                };
                tokio::join!(biased; views.position(), free).0
            };
            let (worked, position) = tokio::join!(working, others);
            assert!(worked.is_ok() && position.is_ok());
        });
    }
}
