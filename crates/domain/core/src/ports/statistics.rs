use crate::LatencySnapshot;

/// Figures about the transactions and connections of a store, since it was opened.
#[derive(Debug, Clone, PartialEq)]
pub struct StoreFigures {
    /// Transactions that were committed.
    pub committed: u64,
    /// Transactions that were rolled back, because of an error or of a conflict with another one.
    pub rolled_back: u64,
    /// Durations of the transactions that changed the store, until they were durable.
    pub durations: LatencySnapshot,
    /// Seconds by which the wall clock of the store was set, ahead or back. In a cluster, only the process that noticed a jump
    /// first counts it.
    pub clock_jump_seconds: u64,
    /// Connections in use.
    pub used_connections: u64,
    /// Open connections that are not in use.
    pub idle_connections: u64,
    /// Operations that wait for a connection.
    pub waiters: u64,
}

/// Reports what a store does. Cheap: it reads counters and never the back end.
pub trait StoreStatistics: Send + Sync + 'static {
    /// Returns the current figures. The buckets of the durations are those of `observatory_store_transaction_seconds`
    /// in the metric contract.
    fn figures(&self) -> StoreFigures;
}
