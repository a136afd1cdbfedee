use std::path::Path;
use std::sync::atomic::{AtomicU64, Ordering};
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
    size: usize,
    waiters: AtomicU64,
}

/// The state of a pool at one time.
pub(crate) struct PoolFigures {
    pub(crate) used: u64,
    pub(crate) idle: u64,
    pub(crate) waiters: u64,
}

impl ReaderPool {
    pub(crate) fn open(path: &Path, size: usize) -> Result<Self, StoreError> {
        let idle: Result<Vec<Connection>, rusqlite::Error> =
            (0..size).map(|_| open_reader(path)).collect();
        let idle = idle.map_err(classify)?;
        Ok(Self {
            idle: Mutex::new(idle),
            permits: Arc::new(Semaphore::new(size)),
            size,
            waiters: AtomicU64::new(0),
        })
    }

    /// Runs `work` on a connection, on a thread for blocking work.
    pub(crate) async fn read<T, F>(self: &Arc<Self>, work: F) -> Result<T, StoreError>
    where
        T: Send + 'static,
        F: FnOnce(&Connection) -> rusqlite::Result<T> + Send + 'static,
    {
        let permit = self.permit().await?;
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

    /// Returns how many connections are in use, and how many reads wait for one.
    pub(crate) fn figures(&self) -> PoolFigures {
        let idle = self.permits.available_permits();
        PoolFigures {
            used: self.size.saturating_sub(idle) as u64,
            idle: idle as u64,
            waiters: self.waiters.load(Ordering::Relaxed),
        }
    }

    async fn permit(&self) -> Result<OwnedSemaphorePermit, StoreError> {
        let permits = self.permits.clone();
        if let Ok(permit) = permits.clone().try_acquire_owned() {
            return Ok(permit);
        }
        let _waiting = Waiting::count(&self.waiters);
        let permit = permits.acquire_owned().await;
        permit.map_err(|_| StoreError::Closed)
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

/// Counts a read that waits, until dropped.
struct Waiting<'p>(&'p AtomicU64);

impl<'p> Waiting<'p> {
    fn count(waiters: &'p AtomicU64) -> Self {
        waiters.fetch_add(1, Ordering::Relaxed);
        Self(waiters)
    }
}

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
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
    use futures_util::FutureExt;

    use super::*;

    #[tokio::test]
    async fn reads_that_wait_for_a_connection_are_counted() {
        let directory = tempfile::tempdir().expect("a directory");
        let path = directory.path().join("file.db");
        Connection::open(&path)
            .and_then(|file| file.execute_batch("CREATE TABLE t (x)"))
            .expect("creates the file");
        let pool = Arc::new(ReaderPool::open(&path, 1).expect("opens"));
        let counts = || {
            let figures = pool.figures();
            (figures.used, figures.idle, figures.waiters)
        };
        assert_eq!(counts(), (0, 1, 0));
        let permit = pool.permit().await.expect("a connection");
        let mut second = Box::pin(pool.permit());
        assert!(second.as_mut().now_or_never().is_none());
        assert_eq!(counts(), (1, 0, 1));
        drop(second);
        assert_eq!(counts(), (1, 0, 0));
        drop(permit);
        assert_eq!(counts(), (0, 1, 0));
    }

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
