use std::sync::{Arc, Mutex};

use odd_core::ports::{EventSink, LostAttempt, StoreError};
use odd_core::{Clock, TransactionCounters};
use rusqlite::Connection;

use crate::config::SqliteConfig;
use crate::connection::configure_writer;
use crate::error::classify;
use crate::migrate::migrate;
use crate::owner::check_owner;
use crate::read::ReaderPool;
use crate::running::PublishedAttempts;
use crate::time::SharedClock;
use crate::write::{self, WriterHandle};

/// The embedded authoritative store. Cheap to clone; all clones share the writer thread and the readers.
#[derive(Clone)]
pub struct SqliteStore {
    pub(crate) writer: WriterHandle,
    pub(crate) readers: Arc<ReaderPool>,
    pub(crate) running: PublishedAttempts,
    pub(crate) transactions: Arc<TransactionCounters>,
    pub(crate) clock: SharedClock,
    /// Attempts of an earlier process that were ended when the store was opened, until they are reported.
    pub(crate) lost_before: Arc<Mutex<Vec<LostAttempt>>>,
}

impl SqliteStore {
    /// Opens the file, upgrades its schema, ends all attempts of an earlier process, and starts the writer thread. `sink`
    /// is called for every later commit, in order.
    ///
    /// The caller must hold a lock on the data directory: no other process may use the file.
    ///
    /// # Errors
    /// When the file cannot be opened, is damaged, newer than this build or older than the first release.
    ///
    /// # Panics
    /// Outside a Tokio runtime: a task calls `sink` and wakes callers.
    pub fn open(
        config: SqliteConfig,
        sink: Arc<dyn EventSink>,
        clock: Arc<dyn Clock>,
    ) -> Result<Self, StoreError> {
        let mut connection = Connection::open(&config.path).map_err(classify)?;
        check_owner(&connection, &config.path)?;
        configure_writer(&connection).map_err(classify)?;
        migrate(&mut connection)?;
        let readers = Arc::new(ReaderPool::open(&config.path, config.readers)?);
        let running = PublishedAttempts::default();
        let transactions = Arc::new(TransactionCounters::new());
        let (writer, clock, lost) = write::start(
            connection,
            &config,
            sink,
            clock,
            running.clone(),
            transactions.clone(),
        )?;
        Ok(Self {
            writer,
            readers,
            running,
            transactions,
            clock,
            lost_before: Arc::new(Mutex::new(lost)),
        })
    }

    /// Commits all earlier requests, stops the writer thread and closes its connection. Later calls return
    /// [`StoreError::Closed`].
    pub async fn close(&self) {
        self.writer.stop().await;
    }
}
