use std::time::Duration;

use async_trait::async_trait;

use crate::ports::{LogRecord, Position, StoreError};

/// What the store does not know to have been published. A commit enters it in its own transaction, so a crash between
/// commit and publication leaves it there.
#[async_trait]
pub trait Outbox: Send + Sync + 'static {
    /// Up to `limit` commits that are older than `age`, oldest first: the position of the last entry of each, and its
    /// entries.
    async fn unpublished(
        &self,
        age: Duration,
        limit: usize,
    ) -> Result<Vec<(Position, Vec<LogRecord>)>, StoreError>;

    /// Notes that commits were published, each named by the position of its last entry. Unknown ones are left alone.
    async fn mark_published(&self, commits: &[Position]) -> Result<(), StoreError>;
}
