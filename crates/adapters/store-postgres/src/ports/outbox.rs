use std::time::Duration;

use async_trait::async_trait;
use odd_contracts::Timestamp;
use odd_core::ports::{LogRecord, Outbox, Position, StoreError};

use crate::{PostgresStore, write};

#[async_trait]
impl Outbox for PostgresStore {
    async fn unpublished(
        &self,
        age: Duration,
        limit: usize,
    ) -> Result<Vec<(Position, Vec<LogRecord>)>, StoreError> {
        Ok(write::unpublished(&self.shared, age, limit).await?)
    }

    async fn count_events(&self) -> Result<u64, StoreError> {
        Ok(write::count_unpublished(&self.shared).await?)
    }

    async fn oldest_commit(&self) -> Result<Option<Timestamp>, StoreError> {
        Ok(write::oldest_unpublished(&self.shared).await?)
    }

    async fn mark_published(&self, commits: &[Position]) -> Result<(), StoreError> {
        Ok(write::mark_published(&self.shared, commits).await?)
    }
}
