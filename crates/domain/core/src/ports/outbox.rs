use std::time::Duration;

use async_trait::async_trait;
use odd_contracts::Timestamp;

use crate::ports::{LogRecord, Position, StoreError};

/// The size and age of an outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct OutboxBacklog {
    /// Events in the outbox.
    pub events: u64,
    /// Time of the oldest commit in the outbox.
    pub oldest_at: Option<Timestamp>,
}

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

    /// Returns how much is in the outbox.
    async fn backlog(&self) -> Result<OutboxBacklog, StoreError>;

    /// Removes commits that were published, each named by the position of its last entry. Unknown ones are ignored.
    async fn mark_published(&self, commits: &[Position]) -> Result<(), StoreError>;
}
