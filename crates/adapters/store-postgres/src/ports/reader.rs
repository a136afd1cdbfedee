use std::collections::BTreeMap;

use async_trait::async_trait;
use odd_contracts::{FailureFingerprint, Job, JobId, Timestamp};
use odd_core::ports::{
    AttemptLogPage, AttemptLogQuery, JobPage, JobQuery, JobReader, JobTotals, QueueDepth,
    StoreError, WaitingBehind, WorkerRecord,
};

use crate::error::DbError;
use crate::{PostgresStore, read};

#[async_trait]
impl JobReader for PostgresStore {
    async fn job(&self, id: JobId) -> Result<Option<Job>, StoreError> {
        Ok(read::job(&self.shared, id).await?)
    }

    async fn attempt_log(
        &self,
        query: AttemptLogQuery,
    ) -> Result<Option<AttemptLogPage>, StoreError> {
        Ok(read::attempt_log(&self.shared, query).await?)
    }

    async fn jobs(&self, query: JobQuery) -> Result<JobPage, StoreError> {
        Ok(read::jobs(&self.shared, &query).await?)
    }

    async fn queue_depths(&self) -> Result<Vec<QueueDepth>, StoreError> {
        Ok(read::queue_depths(&self.shared).await?)
    }

    async fn count_dead_letters(&self) -> Result<u64, StoreError> {
        Ok(read::count_dead_letters(&self.shared).await?)
    }

    async fn count_failed(
        &self,
        fingerprints: &[FailureFingerprint],
    ) -> Result<Vec<u64>, StoreError> {
        Ok(read::count_failed(&self.shared, fingerprints).await?)
    }

    async fn totals(&self) -> Result<JobTotals, StoreError> {
        Ok(read::totals(&self.shared).await?)
    }

    async fn waiting_behind(&self, id: JobId) -> Result<Option<WaitingBehind>, StoreError> {
        Ok(read::waiting_behind(&self.shared, id).await?)
    }

    async fn lease_end(&self, id: JobId) -> Result<Option<Timestamp>, StoreError> {
        Ok(read::lease_end(&self.shared, id).await?)
    }

    async fn unknown(&self, ids: &[JobId]) -> Result<Vec<JobId>, StoreError> {
        Ok(read::unknown(&self.shared, ids).await?)
    }

    async fn workers(&self, since: Timestamp) -> Result<Vec<WorkerRecord>, StoreError> {
        Ok(read::workers(&self.shared, since).await?)
    }

    async fn running_attempts(&self) -> Result<BTreeMap<String, u64>, StoreError> {
        Ok(read::running_attempts(&self.shared).await?)
    }

    async fn ping(&self) -> Result<(), StoreError> {
        let client = self.shared.readers.get().await.map_err(DbError::from)?;
        client
            .batch_execute("SELECT 1")
            .await
            .map_err(DbError::from)?;
        Ok(())
    }
}
