use std::path::PathBuf;
use std::sync::Arc;

use odd_core::ports::{EventSink, StoreError};
use odd_core::{Clock, Producers};
use rusqlite::Connection;

use crate::error::classify;
use crate::migrate::migrate;
use crate::read::ReaderPool;
use crate::running::Running;
use crate::write::{self, WriterHandle};

/// How to open a store.
#[derive(Debug, Clone)]
pub struct SqliteConfig {
    /// The database file; made when absent.
    pub path: PathBuf,
    /// Who signs events.
    pub producers: Producers,
    /// Connections for reading. Default of [`SqliteConfig::new`]: 4.
    pub readers: usize,
}

impl SqliteConfig {
    /// The usual settings.
    pub fn new(path: impl Into<PathBuf>, producers: Producers) -> Self {
        Self {
            path: path.into(),
            producers,
            readers: 4,
        }
    }
}

/// The embedded authoritative store. Cheap to clone; all clones share the writer thread and the readers.
#[derive(Clone)]
pub struct SqliteStore {
    pub(crate) writer: WriterHandle,
    pub(crate) readers: Arc<ReaderPool>,
    pub(crate) running: Running,
}

impl SqliteStore {
    /// Opens the file, brings its schema up to date, ends every attempt of an earlier process (the caller
    /// guarantees that it is alone, by a lock on the data directory), and starts the writer thread. `sink` is
    /// told of every later commit, in order.
    ///
    /// # Errors
    /// When the file cannot be opened, is damaged, is newer than this build or older than the first release.
    ///
    /// # Panics
    /// Outside a Tokio runtime: a task of it tells callers and `sink` of commits.
    pub fn open(
        config: SqliteConfig,
        sink: Arc<dyn EventSink>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, StoreError> {
        let mut connection = Connection::open(&config.path).map_err(|error| classify(&error))?;
        configure_writer(&connection).map_err(|error| classify(&error))?;
        migrate(&mut connection).map_err(|text| StoreError::Broken(text.into()))?;
        let readers = Arc::new(ReaderPool::open(&config.path, config.readers)?);
        let running = Running::default();
        let writer = write::start(connection, &config, sink, clock, running.clone())?;
        Ok(Self {
            writer,
            readers,
            running,
        })
    }

    /// Commits what has been asked so far, stops the writer thread and closes the file. Later calls answer
    /// [`StoreError::Closed`].
    pub async fn close(&self) {
        self.writer.stop().await;
    }
}

fn configure_writer(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // Checkpoints run beside the writer, see write/checkpoint.rs.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "cache_size", -65_536)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "foreign_keys", "OFF")?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(64);
    keep_plans(connection)?;
    Ok(())
}

/// Plans stay as they were made: without this, SQLite makes a statement anew whenever a value bound to it might
/// change the choice of a partial index ("Query Planner Stability Guarantee").
pub(crate) fn keep_plans(connection: &Connection) -> rusqlite::Result<()> {
    connection
        .set_db_config(
            rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG,
            true,
        )
        .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commits_are_synced() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let connection = Connection::open(directory.path().join("store.db")).expect("opens");
        configure_writer(&connection).expect("settings");
        let setting = |name: &str| -> String {
            connection
                .pragma_query_value(None, name, |row| {
                    row.get_ref(0)?
                        .as_str()
                        .map(str::to_owned)
                        .or_else(|_| row.get::<_, i64>(0).map(|number| number.to_string()))
                })
                .expect("a setting")
        };
        assert_eq!(setting("journal_mode"), "wal");
        assert_eq!(
            setting("synchronous"),
            "2",
            "FULL: https://sqlite.org/pragma.html#pragma_synchronous"
        );
    }
}
