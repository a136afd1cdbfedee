use async_trait::async_trait;
use odd_contracts::JobId;
use odd_core::ports::{EventLog, EventQuery, LogRecord, Position, StoreError};

use crate::{PostgresStore, read};

#[async_trait]
impl EventLog for PostgresStore {
    async fn head(&self) -> Result<Position, StoreError> {
        Ok(read::head(&self.shared).await?)
    }

    async fn read_after(
        &self,
        after: Position,
        limit: usize,
    ) -> Result<Vec<LogRecord>, StoreError> {
        Ok(read::read_after(&self.shared, after, limit).await?)
    }

    async fn replay(
        &self,
        mut each: Box<dyn FnMut(Vec<LogRecord>) + Send>,
    ) -> Result<Position, StoreError> {
        Ok(read::replay(&self.shared, &mut *each).await?)
    }

    async fn query(
        &self,
        query: EventQuery,
    ) -> Result<(Vec<LogRecord>, Option<Position>), StoreError> {
        Ok(read::query(&self.shared, &query).await?)
    }

    async fn job_history(&self, job: JobId, limit: usize) -> Result<Vec<LogRecord>, StoreError> {
        Ok(read::history(&self.shared, job, limit).await?)
    }
}
