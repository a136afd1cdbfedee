use odd_core::ports::{StoreFigures, StoreStatistics};

use crate::SqliteStore;

impl StoreStatistics for SqliteStore {
    /// The connections are those of the pool of readers: the writer always has its own.
    fn figures(&self) -> StoreFigures {
        let readers = self.readers.figures();
        StoreFigures {
            used_connections: readers.used,
            idle_connections: readers.idle,
            waiters: readers.waiters,
            ..self.transactions.figures()
        }
    }
}
