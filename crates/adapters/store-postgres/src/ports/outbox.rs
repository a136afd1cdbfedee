use std::time::Duration;

use async_trait::async_trait;
use odd_core::ports::{LogRecord, Outbox, OutboxBacklog, Position, StoreError};

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

    async fn backlog(&self) -> Result<OutboxBacklog, StoreError> {
        Ok(write::backlog(&self.shared).await?)
    }

    async fn mark_published(&self, commits: &[Position]) -> Result<(), StoreError> {
        Ok(write::mark_published(&self.shared, commits).await?)
    }
}
