use async_trait::async_trait;
use odd_contracts::JobId;
use odd_core::ports::{EventLog, EventQuery, LogRecord, Position, StoreError};

use crate::SqliteStore;
use crate::read;

#[async_trait]
impl EventLog for SqliteStore {
    async fn head(&self) -> Result<Position, StoreError> {
        self.readers.read(read::head).await
    }

    async fn read_after(
        &self,
        after: Position,
        limit: usize,
    ) -> Result<Vec<LogRecord>, StoreError> {
        self.readers
            .read(move |connection| read::read_after(connection, after, limit))
            .await
    }

    async fn replay(
        &self,
        mut each: Box<dyn FnMut(Vec<LogRecord>) + Send>,
    ) -> Result<Position, StoreError> {
        self.readers
            .read(move |connection| read::replay(connection, &mut *each))
            .await
    }

    async fn query(
        &self,
        query: EventQuery,
    ) -> Result<(Vec<LogRecord>, Option<Position>), StoreError> {
        let running = self.running.clone();
        self.readers
            .read(move |connection| read::query(connection, &query, &running))
            .await
    }

    async fn job_history(&self, job: JobId, limit: usize) -> Result<Vec<LogRecord>, StoreError> {
        let running = self.running.clone();
        self.readers
            .read(move |connection| read::history(connection, job, &running, limit))
            .await
    }
}
