use std::collections::BTreeMap;

use async_trait::async_trait;
use odd_contracts::{FailureFingerprint, Job, JobId, Timestamp};
use odd_core::ports::{
    AttemptLogPage, AttemptLogQuery, JobPage, JobQuery, JobReader, JobTotals, QueueDepth,
    StoreError, WaitingBehind, WorkerRecord,
};

use crate::SqliteStore;
use crate::read;

impl SqliteStore {
    /// Converts the times of a job that the file has as steady time.
    fn with_wall_times(&self, job: Job) -> Job {
        let offset = self.clock.now().offset();
        Job {
            run_at: job.run_at.map(|at| offset.to_wall(at)),
            ..job
        }
    }
}

#[async_trait]
impl JobReader for SqliteStore {
    async fn job(&self, id: JobId) -> Result<Option<Job>, StoreError> {
        let running = self.running.clone();
        self.readers
            .read(move |connection| read::job(connection, id, &running))
            .await
            .map(|job| job.map(|job| self.with_wall_times(job)))
    }

    async fn attempt_log(
        &self,
        query: AttemptLogQuery,
    ) -> Result<Option<AttemptLogPage>, StoreError> {
        let running = self.running.clone();
        self.readers
            .read(move |connection| read::attempt_log(connection, &query, &running))
            .await
    }

    async fn jobs(&self, query: JobQuery) -> Result<JobPage, StoreError> {
        let running = self.running.clone();
        self.readers
            .read(move |connection| read::jobs(connection, &query, &running.all()))
            .await
            .map(|page| JobPage {
                jobs: page
                    .jobs
                    .into_iter()
                    .map(|job| self.with_wall_times(job))
                    .collect(),
                ..page
            })
    }

    async fn queue_depths(&self) -> Result<Vec<QueueDepth>, StoreError> {
        let mut depths = self.readers.read(read::queue_depths).await?;
        let offset = self.clock.now().offset();
        for depth in &mut depths {
            depth.oldest_ready_at = depth.oldest_ready_at.map(|at| offset.to_wall(at));
        }
        Ok(depths)
    }

    async fn count_dead_letters(&self) -> Result<u64, StoreError> {
        self.readers.read(read::count_dead_letters).await
    }

    async fn count_failed(
        &self,
        fingerprints: &[FailureFingerprint],
    ) -> Result<Vec<u64>, StoreError> {
        let fingerprints = fingerprints.to_vec();
        self.readers
            .read(move |connection| read::count_failed(connection, &fingerprints))
            .await
    }

    async fn totals(&self) -> Result<JobTotals, StoreError> {
        self.readers.read(read::totals).await
    }

    async fn waiting_behind(&self, id: JobId) -> Result<Option<WaitingBehind>, StoreError> {
        self.readers
            .read(move |connection| read::waiting_behind(connection, id))
            .await
    }

    async fn lease_end(&self, id: JobId) -> Result<Option<Timestamp>, StoreError> {
        let attempt = self.running.get(id);
        Ok(attempt.map(|attempt| self.clock.lease_end(attempt.expires_at)))
    }

    async fn unknown(&self, ids: &[JobId]) -> Result<Vec<JobId>, StoreError> {
        let ids = ids.to_vec();
        self.readers
            .read(move |connection| read::unknown(connection, &ids))
            .await
    }

    async fn workers(&self, since: Timestamp) -> Result<Vec<WorkerRecord>, StoreError> {
        self.readers
            .read(move |connection| read::workers(connection, since))
            .await
    }

    async fn running_attempts(&self) -> Result<BTreeMap<String, u64>, StoreError> {
        Ok(self.running.by_worker())
    }

    async fn ping(&self) -> Result<(), StoreError> {
        self.readers
            .read(|connection| connection.query_row("SELECT 1", [], |_| Ok(())))
            .await
    }
}
