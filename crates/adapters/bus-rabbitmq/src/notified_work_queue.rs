use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use odd_contracts::{JobStatus, LogLine, Progress};
use odd_core::ports::{
    ClaimRequest, ClaimedJob, EndedAttempt, JobReader, Lease, LeaseError, Renewal, StaleLease,
    StoreError, WorkQueue, WorkerRecord,
};
use tokio::time::Instant;

use crate::config::BrokerConfig;
use crate::connection::Health;
use crate::hint_consumer::consume_hints;
use crate::work_coordinator::WorkCoordinator;

/// Interval between queries of a waiting claim while the broker is connected: the delay that a lost hint costs.
const POLL_INTERVAL: Duration = Duration::from_secs(5);

/// Interval between queries while the broker is not connected, and after a claim that was only partly filled.
const SHORT_POLL_INTERVAL: Duration = Duration::from_millis(500);

/// A work queue whose waiting claims wake when any process makes jobs ready.
///
/// A claim queries the store at once, unless the store is known to have no ready job: then it waits for a hint from the
/// broker. A hint is acknowledged when a claim that began after its arrival finds no further job. Hints that name jobs
/// unknown to the store are quarantined.
#[derive(Clone)]
pub struct NotifiedWorkQueue {
    inner: Arc<dyn WorkQueue>,
    reader: Arc<dyn JobReader>,
    coordinator: Arc<WorkCoordinator>,
    health: Health,
}

impl NotifiedWorkQueue {
    /// Wraps `inner`, whose jobs `reader` reads.
    pub fn new(inner: Arc<dyn WorkQueue>, reader: Arc<dyn JobReader>) -> Self {
        Self {
            inner,
            reader,
            coordinator: Arc::new(WorkCoordinator::new()),
            health: Health::new(),
        }
    }

    /// Returns the status of its connection.
    pub fn health(&self) -> &Health {
        &self.health
    }

    /// Returns how long a waiting claim relies on hints alone.
    fn poll_interval(&self) -> Duration {
        match self.health.failure() {
            None => POLL_INTERVAL,
            Some(_) => SHORT_POLL_INTERVAL,
        }
    }

    /// Claims without waiting, after `hint_count` hints have arrived.
    async fn claim_now(
        &self,
        request: &ClaimRequest,
        hint_count: u64,
    ) -> Result<Vec<ClaimedJob>, StoreError> {
        let claimed = self.inner.claim(request.clone()).await?;
        self.coordinator.record_claimed(&claimed);
        if claimed.len() < request.limit {
            // Jobs that other claims held locked at that moment may be ready again.
            let valid_for = match claimed.is_empty() {
                true => self.poll_interval(),
                false => SHORT_POLL_INTERVAL,
            };
            self.coordinator
                .record_empty_poll(request, hint_count, valid_for);
            self.coordinator.answer_hints(hint_count);
        }
        Ok(claimed)
    }

    /// Consumes hints until dropped, and reconnects when the connection is lost.
    pub async fn run(self, config: BrokerConfig) {
        consume_hints(config, self.coordinator, self.reader, self.health).await;
    }
}

#[async_trait]
impl WorkQueue for NotifiedWorkQueue {
    async fn claim(&self, request: ClaimRequest) -> Result<Vec<ClaimedJob>, StoreError> {
        let until = Instant::now() + request.wait;
        let now = ClaimRequest {
            wait: Duration::ZERO,
            ..request.clone()
        };
        self.coordinator.set_job_types(&request);
        let mut hints = self.coordinator.received_hints();
        let mut waiting = None;
        let mut timed_out = false;
        loop {
            let hint_count = *hints.borrow_and_update();
            let empty_for = match request.wait.is_zero() {
                true => None,
                false => self.coordinator.empty_for(&now, hint_count),
            };
            let claimed = match empty_for {
                Some(_) => Vec::new(),
                None => self.claim_now(&now, hint_count).await?,
            };
            if timed_out && !claimed.is_empty() {
                self.coordinator.record_missed_hint();
            }
            let left = until.saturating_duration_since(Instant::now());
            if !claimed.is_empty() || left.is_zero() {
                return Ok(claimed);
            }
            waiting.get_or_insert_with(|| self.coordinator.wait());
            let interval = empty_for.unwrap_or_else(|| self.poll_interval());
            let hint = tokio::time::timeout(left.min(interval), hints.changed());
            timed_out = hint.await.is_err() && empty_for.is_none();
        }
    }

    async fn finish(
        &self,
        ended: Arc<[EndedAttempt]>,
    ) -> Result<Vec<Result<JobStatus, StaleLease>>, StoreError> {
        self.inner.finish(ended).await
    }

    async fn renew(&self, leases: Vec<Lease>, lease: Duration) -> Result<Vec<Renewal>, StoreError> {
        self.inner.renew(leases, lease).await
    }

    async fn record_progress(&self, lease: Lease, progress: Progress) -> Result<(), LeaseError> {
        self.inner.record_progress(lease, progress).await
    }

    async fn append_log(&self, lease: Lease, lines: Vec<LogLine>) -> Result<(), LeaseError> {
        self.inner.append_log(lease, lines).await
    }

    async fn record_worker(&self, worker: WorkerRecord) -> Result<(), StoreError> {
        self.inner.record_worker(worker).await
    }

    async fn remove_worker(&self, worker_id: &str) -> Result<(), StoreError> {
        self.inner.remove_worker(worker_id).await
    }
}
