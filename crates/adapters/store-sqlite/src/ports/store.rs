use std::sync::{Arc, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use odd_contracts::{CorrelationId, Job, JobId, JobStatus, LogLine, Progress, Timestamp};
use odd_core::ports::{
    ClaimRequest, ClaimedJob, CommandError, EndedAttempt, Expiry, Hint, JobCommands, JobReader,
    Leadership, Lease, LeaseError, Maintenance, Quarantine, Renewal, StaleLease, StoreError,
    StoreHints, SubmitError, Submitted, WorkQueue, WorkerRecord,
};
use odd_core::{NewJob, StoreTime};
use tokio::sync::oneshot;

use crate::SqliteStore;
use crate::write::{self, ClaimTicket};

#[async_trait]
impl JobCommands for SqliteStore {
    async fn submit(&self, jobs: Arc<[NewJob]>) -> Result<Vec<Submitted>, SubmitError> {
        self.writer
            .write(move |session| write::submit(session, &jobs))
            .await?
    }

    async fn cancel(&self, job: JobId, cause: CorrelationId) -> Result<Job, CommandError> {
        self.writer
            .write(move |session| write::cancel(session, job, cause))
            .await??;
        self.job(job).await?.ok_or(CommandError::NotFound(job))
    }

    async fn retry(&self, job: JobId, cause: CorrelationId) -> Result<Job, CommandError> {
        self.writer
            .write(move |session| write::retry(session, job, cause))
            .await??;
        self.job(job).await?.ok_or(CommandError::NotFound(job))
    }

    async fn drop_dead_letter(&self, job: JobId) -> Result<(), CommandError> {
        self.writer
            .write(move |session| write::drop_dead_letter(session, job))
            .await?
    }
}

#[async_trait]
impl WorkQueue for SqliteStore {
    async fn claim(&self, request: ClaimRequest) -> Result<Vec<ClaimedJob>, StoreError> {
        let wait = request.wait;
        let (reply, mut answer) = oneshot::channel();
        self.writer.claim(ClaimTicket { request, reply }).await?;
        let answered = if wait.is_zero() {
            // The writer answers such a claim after its first transaction.
            answer.await
        } else {
            match tokio::time::timeout(wait, &mut answer).await {
                Ok(answered) => answered,
                Err(_) => {
                    // An answer that was sent before counts; a later one finds the channel closed, and its leases are released.
                    answer.close();
                    match answer.try_recv() {
                        Ok(answered) => Ok(answered),
                        Err(_) => return Ok(Vec::new()),
                    }
                }
            }
        };
        Ok(answered.map_err(|_| StoreError::Closed)??.into_jobs())
    }

    async fn finish(
        &self,
        ended: Arc<[EndedAttempt]>,
    ) -> Result<Vec<Result<JobStatus, StaleLease>>, StoreError> {
        self.writer
            .write(move |session| write::finish(session, &ended, rand::random))
            .await
    }

    async fn renew(&self, leases: Vec<Lease>, lease: Duration) -> Result<Vec<Renewal>, StoreError> {
        let lease_ms = u64::try_from(lease.as_millis()).unwrap_or(u64::MAX);
        self.writer
            .write(move |session| Ok(write::renew(session, &leases, lease_ms)))
            .await
    }

    async fn record_progress(&self, lease: Lease, progress: Progress) -> Result<(), LeaseError> {
        let written = self
            .writer
            .write(move |session| write::record_progress(session, lease, progress))
            .await?;
        Ok(written?)
    }

    async fn append_log(&self, lease: Lease, lines: Vec<LogLine>) -> Result<(), LeaseError> {
        let written = self
            .writer
            .write(move |session| write::append_log(session, lease, &lines))
            .await?;
        Ok(written?)
    }

    async fn record_worker(&self, worker: WorkerRecord) -> Result<(), StoreError> {
        self.writer
            .write(move |session| write::record_worker(session, &worker))
            .await
    }

    async fn remove_worker(&self, worker_id: &str) -> Result<(), StoreError> {
        let worker_id = worker_id.to_owned();
        self.writer
            .write(move |session| write::remove_worker(session, &worker_id))
            .await
    }
}

#[async_trait]
impl StoreHints for SqliteStore {
    async fn next_hint(&self, last: Hint) -> Hint {
        self.writer.next_hint(last).await
    }

    fn time(&self) -> StoreTime {
        self.clock.now()
    }
}

#[async_trait]
impl Maintenance for SqliteStore {
    async fn promote_due(&self, limit: usize) -> Result<(usize, Option<Timestamp>), StoreError> {
        self.writer
            .write(move |session| write::promote(session, limit))
            .await
    }

    async fn expire_leases(&self, limit: usize) -> Result<Expiry, StoreError> {
        let mut expiry = self
            .writer
            .write(move |session| write::expire(session, limit, rand::random()))
            .await?;
        let mut lost_before = self
            .lost_before
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        expiry.lost.append(&mut lost_before);
        Ok(expiry)
    }

    async fn prune(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.writer
            .write(move |session| write::prune(session, before, limit))
            .await
    }
}

#[async_trait]
impl Leadership for SqliteStore {
    async fn wait_for_leadership(&self) -> Result<(), StoreError> {
        Ok(())
    }

    fn is_leader(&self) -> bool {
        true
    }
}

#[async_trait]
impl Quarantine for SqliteStore {
    async fn quarantine_message(
        &self,
        message: Vec<u8>,
        reason: String,
        correlation: Option<CorrelationId>,
    ) -> Result<(), StoreError> {
        self.writer
            .write(move |session| write::quarantine(session, &message, &reason, correlation))
            .await
    }
}
