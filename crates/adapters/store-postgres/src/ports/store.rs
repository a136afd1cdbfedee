use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use odd_contracts::{CorrelationId, Job, JobId, JobStatus, LogLine, Progress, Timestamp};
use odd_core::ports::{
    ClaimRequest, ClaimedJob, CommandError, EndedAttempt, ErrorChain, Expiry, Hint, JobCommands,
    JobReader, Leadership, Lease, LeaseError, Maintenance, Quarantine, Renewal, StaleLease,
    StoreError, StoreHints, SubmitError, Submitted, WorkQueue, WorkerRecord,
};
use odd_core::{AttemptResult, NewJob, StoreTime};
use tokio::sync::oneshot;
use tokio::time::Instant;

use crate::{PostgresStore, write};

/// Interval at which a waiting claim polls, because a notification may be missing.
const POLL_INTERVAL: Duration = Duration::from_secs(5);

#[async_trait]
impl JobCommands for PostgresStore {
    async fn submit(&self, jobs: Arc<[NewJob]>) -> Result<Vec<Submitted>, SubmitError> {
        match jobs.is_empty() {
            true => Ok(Vec::new()),
            false => self.submitter.submit(jobs).await,
        }
    }

    async fn cancel(&self, job: JobId, cause: CorrelationId) -> Result<Job, CommandError> {
        self.run(move |shared| async move { write::cancel(&shared, job, cause).await })
            .await??;
        self.job(job).await?.ok_or(CommandError::NotFound(job))
    }

    async fn retry(&self, job: JobId, cause: CorrelationId) -> Result<Job, CommandError> {
        self.run(move |shared| async move { write::retry(&shared, job, cause).await })
            .await??;
        self.job(job).await?.ok_or(CommandError::NotFound(job))
    }

    async fn drop_dead_letter(&self, job: JobId) -> Result<(), CommandError> {
        self.run(move |shared| async move { write::drop_dead_letter(&shared, job).await })
            .await?
    }
}

#[async_trait]
impl WorkQueue for PostgresStore {
    async fn claim(&self, request: ClaimRequest) -> Result<Vec<ClaimedJob>, StoreError> {
        let until = Instant::now() + request.wait;
        loop {
            let mut readiness = self.shared.signals.subscribe_ready();
            let claimed = self.claim_now(request.clone()).await?;
            let left = until.saturating_duration_since(Instant::now());
            if !claimed.is_empty() || left.is_zero() {
                return Ok(claimed);
            }
            readiness.changed_within(left.min(POLL_INTERVAL)).await;
        }
    }

    async fn finish(
        &self,
        ended: Arc<[EndedAttempt]>,
    ) -> Result<Vec<Result<JobStatus, StaleLease>>, StoreError> {
        self.run(move |shared| {
            let ended = ended.clone();
            async move { write::finish(&shared, &ended, rand::random).await }
        })
        .await
    }

    async fn renew(&self, leases: Vec<Lease>, lease: Duration) -> Result<Vec<Renewal>, StoreError> {
        let renewing = write::with_retries(|| write::renew(&self.shared, &leases, lease));
        Ok(renewing.await?)
    }

    async fn record_progress(&self, lease: Lease, progress: Progress) -> Result<(), LeaseError> {
        let written = self
            .run(move |shared| {
                let progress = progress.clone();
                async move { write::record_progress(&shared, lease, &progress).await }
            })
            .await?;
        Ok(written?)
    }

    async fn append_log(&self, lease: Lease, lines: Vec<LogLine>) -> Result<(), LeaseError> {
        let appending = write::with_retries(|| write::append_log(&self.shared, lease, &lines));
        Ok(appending.await.map_err(StoreError::from)??)
    }

    async fn record_worker(&self, worker: WorkerRecord) -> Result<(), StoreError> {
        Ok(write::record_worker(&self.shared, &worker).await?)
    }

    async fn remove_worker(&self, worker_id: &str) -> Result<(), StoreError> {
        Ok(write::remove_worker(&self.shared, worker_id).await?)
    }
}

#[async_trait]
impl StoreHints for PostgresStore {
    async fn next_hint(&self, last: Hint) -> Hint {
        self.shared.signals.next_hint(last).await
    }

    fn time(&self) -> StoreTime {
        self.shared.server_time.now()
    }
}

#[async_trait]
impl Maintenance for PostgresStore {
    async fn promote_due(&self, limit: usize) -> Result<(usize, Option<Timestamp>), StoreError> {
        self.run(move |shared| async move { write::promote(&shared, limit).await })
            .await
    }

    async fn expire_leases(&self, limit: usize) -> Result<Expiry, StoreError> {
        self.run(move |shared| async move { write::expire(&shared, limit, rand::random()).await })
            .await
    }

    async fn prune(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.run(move |shared| async move { write::prune(&shared, before, limit).await })
            .await
    }
}

#[async_trait]
impl Leadership for PostgresStore {
    async fn wait_for_leadership(&self) -> Result<(), StoreError> {
        let mut leads = self.request_leadership();
        let led = leads.wait_for(|leads| *leads).await;
        led.map(drop).map_err(|_| StoreError::Closed)
    }

    fn is_leader(&self) -> bool {
        self.leads()
    }
}

#[async_trait]
impl Quarantine for PostgresStore {
    async fn quarantine_message(
        &self,
        message: Vec<u8>,
        reason: String,
        correlation: Option<CorrelationId>,
    ) -> Result<(), StoreError> {
        Ok(write::quarantine(&self.shared, &message, &reason, correlation).await?)
    }
}

impl PostgresStore {
    /// Claims ready jobs without waiting. If the caller is dropped, the transaction continues, and its jobs are released.
    async fn claim_now(&self, request: ClaimRequest) -> Result<Vec<ClaimedJob>, StoreError> {
        let (reply, answer) = oneshot::channel();
        let store = self.clone();
        self.shared.claims.spawn(async move {
            let jobs = write::with_retries(|| write::claim(&store.shared, &request)).await;
            // If the caller is gone, the guard is dropped, here or later.
            let _ = reply.send(jobs.map(|jobs| ClaimGuard { jobs, store }));
        });
        let claimed = answer.await;
        let claimed =
            claimed.map_err(|error| StoreError::broken("a claim did not end", error))??;
        Ok(claimed.into_jobs())
    }
}

/// Claimed jobs that have not reached the caller. Dropping the guard releases them.
struct ClaimGuard {
    jobs: Vec<ClaimedJob>,
    store: PostgresStore,
}

impl ClaimGuard {
    /// Returns the jobs to the caller, who has to finish them.
    fn into_jobs(mut self) -> Vec<ClaimedJob> {
        std::mem::take(&mut self.jobs)
    }
}

impl Drop for ClaimGuard {
    fn drop(&mut self) {
        if self.jobs.is_empty() {
            return;
        }
        let released = self.jobs.drain(..).map(|job| EndedAttempt {
            lease: job.lease,
            result: AttemptResult::Released,
        });
        let released: Arc<[EndedAttempt]> = released.collect();
        let store = self.store.clone();
        let claims = self.store.shared.claims.clone();
        claims.spawn(async move {
            if let Err(error) = store.finish(released).await {
                tracing::warn!(
                    error = %ErrorChain(&error),
                    "cannot release claimed jobs; they wait until their leases expire"
                );
            }
        });
    }
}
