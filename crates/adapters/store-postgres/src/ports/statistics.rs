use odd_core::ports::{StoreFigures, StoreStatistics};

use crate::PostgresStore;

impl StoreStatistics for PostgresStore {
    /// The connections are those of both pools.
    fn figures(&self) -> StoreFigures {
        let (writers, readers) = (self.shared.writers.status(), self.shared.readers.status());
        let idle = writers.available + readers.available;
        StoreFigures {
            used_connections: (writers.size + readers.size).saturating_sub(idle) as u64,
            idle_connections: idle as u64,
            waiters: (writers.waiting + readers.waiting) as u64,
            ..self.shared.transactions.figures()
        }
    }
}
