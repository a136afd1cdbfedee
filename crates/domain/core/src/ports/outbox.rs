use std::time::Duration;

use async_trait::async_trait;
use odd_contracts::Timestamp;

use crate::ports::{LogRecord, Position, StoreError};

/// The commits that may not have been published. A commit is added in its own transaction, so it stays here after a crash
/// before its publication.
#[async_trait]
pub trait Outbox: Send + Sync + 'static {
    /// Returns up to `limit` commits that are older than `age`, oldest first: the position of the last entry of each, and
    /// its entries.
    async fn unpublished(
        &self,
        age: Duration,
        limit: usize,
    ) -> Result<Vec<(Position, Vec<LogRecord>)>, StoreError>;

    /// Returns the number of events in the outbox. Takes longer the more there are.
    async fn count_events(&self) -> Result<u64, StoreError>;

    /// Returns the time of the first commit in the outbox. Does not take longer if there are many.
    async fn oldest_commit(&self) -> Result<Option<Timestamp>, StoreError>;

    /// Removes commits that were published, each named by the position of its last entry. Unknown ones are ignored.
    async fn mark_published(&self, commits: &[Position]) -> Result<(), StoreError>;
}
