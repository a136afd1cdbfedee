use std::sync::Arc;

use async_trait::async_trait;
use odd_contracts::JobId;
use odd_core::ports::{EventLog, EventQuery, LogRecord, Position, StoreError};

/// An event log whose replay fails with a transient error after the first ten entries.
pub struct InterruptedReplay(pub Arc<dyn EventLog>);

#[async_trait]
impl EventLog for InterruptedReplay {
    async fn head(&self) -> Result<Position, StoreError> {
        self.0.head().await
    }

    async fn read_after(
        &self,
        after: Position,
        limit: usize,
    ) -> Result<Vec<LogRecord>, StoreError> {
        self.0.read_after(after, limit).await
    }

    async fn replay(
        &self,
        mut each: Box<dyn FnMut(Vec<LogRecord>) + Send>,
    ) -> Result<Position, StoreError> {
        each(self.0.read_after(Position(0), 10).await?);
        Err(StoreError::Unavailable("injected by the test".into()))
    }

    async fn query(
        &self,
        query: EventQuery,
    ) -> Result<(Vec<LogRecord>, Option<Position>), StoreError> {
        self.0.query(query).await
    }

    async fn job_history(&self, job: JobId, limit: usize) -> Result<Vec<LogRecord>, StoreError> {
        self.0.job_history(job, limit).await
    }
}
