use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use odd_core::ports::StoreError;
use rusqlite::{Connection, OpenFlags};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

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
            let lent = pool.lend(permit);
            work(lent.connection())
        });
        match run.await {
            Ok(outcome) => outcome.map_err(classify),
            Err(error) => Err(StoreError::broken("a read did not end", error)),
        }
    }

    fn lend(&self, permit: OwnedSemaphorePermit) -> LentConnection<'_> {
        let connection = self
            .idle()
            .pop()
            .expect("there are as many permits as connections");
        LentConnection {
            pool: self,
            connection: Some(connection),
            _permit: permit,
        }
    }

    fn idle(&self) -> MutexGuard<'_, Vec<Connection>> {
        self.idle.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A connection in use. It returns to the pool before its permit does, also when its reader panics.
struct LentConnection<'p> {
    pool: &'p ReaderPool,
    connection: Option<Connection>,
    _permit: OwnedSemaphorePermit,
}

impl LentConnection<'_> {
    fn connection(&self) -> &Connection {
        self.connection.as_ref().expect("present until the drop")
    }
}

impl Drop for LentConnection<'_> {
    fn drop(&mut self) {
        self.pool.idle().extend(self.connection.take());
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

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_panicking_read_keeps_its_connection_in_the_pool() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("file.db");
        Connection::open(&path)
            .and_then(|file| file.execute_batch("CREATE TABLE t (x)"))
            .expect("creates the file");
        let pool = Arc::new(ReaderPool::open(&path, 1).expect("opens"));
        for _ in 0..2 {
            let failed = pool.read::<(), _>(|_| panic!("injected")).await;
            assert!(matches!(failed, Err(StoreError::Broken(_))), "{failed:?}");
        }
        let one = pool.read(|file| file.query_row("SELECT 1", [], |row| row.get::<_, i64>(0)));
        assert_eq!(one.await.expect("reads"), 1);
    }
}
