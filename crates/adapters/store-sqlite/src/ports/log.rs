use async_trait::async_trait;
use odd_contracts::JobId;
use odd_core::ports::{EventLog, EventQuery, Position, Recorded, StoreError};

use crate::SqliteStore;
use crate::read;

#[async_trait]
impl EventLog for SqliteStore {
    async fn head(&self) -> Result<Position, StoreError> {
        self.readers.read(read::head).await
    }

    async fn read_after(&self, after: Position, limit: usize) -> Result<Vec<Recorded>, StoreError> {
        self.readers
            .read(move |connection| read::read_after(connection, after, limit))
            .await
    }

    async fn replay(
        &self,
        mut each: Box<dyn FnMut(Vec<Recorded>) + Send>,
    ) -> Result<Position, StoreError> {
        self.readers
            .read(move |connection| read::replay(connection, &mut *each))
            .await
    }

    async fn query(
        &self,
        query: EventQuery,
    ) -> Result<(Vec<Recorded>, Option<Position>), StoreError> {
        let held = query.job_id.and_then(|job| self.running.get(job));
        self.readers
            .read(move |connection| read::query(connection, &query, held.as_deref()))
            .await
    }

    async fn job_history(&self, job: JobId, limit: usize) -> Result<Vec<Recorded>, StoreError> {
        let held = self.running.get(job);
        self.readers
            .read(move |connection| read::history(connection, job, held.as_deref(), limit))
            .await
    }
}
