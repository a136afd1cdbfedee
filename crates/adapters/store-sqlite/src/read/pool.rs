use std::path::Path;
use std::sync::{Arc, Mutex};

use odd_core::ports::StoreError;
use rusqlite::{Connection, OpenFlags};
use tokio::sync::Semaphore;

use crate::connection::keep_plans;
use crate::error::classify;

/// A bounded set of read-only connections. Callers wait while all are in use.
pub(crate) struct ReaderPool {
    idle: Mutex<Vec<Connection>>,
    permits: Arc<Semaphore>,
}

impl ReaderPool {
    pub(crate) fn open(path: &Path, size: usize) -> Result<Self, StoreError> {
        let idle: Result<Vec<Connection>, rusqlite::Error> =
            (0..size).map(|_| open_reader(path)).collect();
        let idle = idle.map_err(classify)?;
        Ok(Self {
            idle: Mutex::new(idle),
            permits: Arc::new(Semaphore::new(size)),
        })
    }

    /// Runs `work` on a connection, on a thread for blocking work.
    pub(crate) async fn read<T, F>(self: &Arc<Self>, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let permit = self
            .permits
            .clone()
            .acquire_owned()
            .await
            .map_err(|_| StoreError::Closed)?;
        let pool = self.clone();
        let run = tokio::task::spawn_blocking(move || {
            let connection = pool.take();
            let outcome = work(&connection);
            pool.put_back(connection);
            drop(permit);
            outcome
        });
        match run.await {
            Ok(outcome) => outcome.map_err(classify),
            Err(panic) => Err(StoreError::broken("a read panicked", panic)),
        }
    }

    fn take(&self) -> Connection {
        let mut idle = self
            .idle
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner);
        idle.pop()
            .expect("there are as many permits as connections")
    }

    fn put_back(&self, connection: Connection) {
        self.idle
            .lock()
            .unwrap_or_else(std::sync::PoisonError::into_inner)
            .push(connection);
    }
}

fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let connection = Connection::open_with_flags(path, flags)?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(32);
    keep_plans(&connection)?;
    Ok(connection)
}
