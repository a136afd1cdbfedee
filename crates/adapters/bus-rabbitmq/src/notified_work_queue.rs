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
use crate::hint_consumer::consume;
use crate::work_coordinator::WorkCoordinator;

/// How long a waiting claim trusts that it would hear of ready jobs: a broker that lost a hint costs this much time.
const LOOK_AGAIN: Duration = Duration::from_secs(5);

/// The same while there is no broker to hear from, and after a claim that got some.
const LOOK_OFTEN: Duration = Duration::from_millis(500);

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

    /// Whether it is connected.
    pub fn health(&self) -> &Health {
        &self.health
    }

    /// How long nothing is looked for that nobody told of.
    fn trust(&self) -> Duration {
        match self.health.failure() {
            None => LOOK_AGAIN,
            Some(_) => LOOK_OFTEN,
        }
    }

    /// Takes what the store has, after `arrived` hints.
    async fn claim_now(
        &self,
        request: &ClaimRequest,
        arrived: u64,
    ) -> Result<Vec<ClaimedJob>, StoreError> {
        let claimed = self.inner.claim(request.clone()).await?;
        self.coordinator.claimed(&claimed);
        if claimed.len() < request.limit {
            // What others held just then they may have given back.
            let trust = match claimed.is_empty() {
                true => self.trust(),
                false => LOOK_OFTEN,
            };
            self.coordinator.emptied(request, arrived, trust);
            self.coordinator.answer(arrived);
        }
        Ok(claimed)
    }

    /// Takes hints from the broker until dropped.
    pub async fn run(self, config: BrokerConfig) {
        consume(config, self.coordinator, self.reader, self.health).await;
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
        self.coordinator.serve(&request);
        let mut arrivals = self.coordinator.arrivals();
        let mut waiting = None;
        let mut waited_in_vain = false;
        loop {
            let arrived = *arrivals.borrow_and_update();
            let empty_for = match request.wait.is_zero() {
                true => None,
                false => self.coordinator.empty_for(&now, arrived),
            };
            let claimed = match empty_for {
                Some(_) => Vec::new(),
                None => self.claim_now(&now, arrived).await?,
            };
            if waited_in_vain && !claimed.is_empty() {
                self.coordinator.missed();
            }
            let left = until.saturating_duration_since(Instant::now());
            if !claimed.is_empty() || left.is_zero() {
                return Ok(claimed);
            }
            waiting.get_or_insert_with(|| self.coordinator.wait());
            // Whether news came or time passed: the store knows.
            let patience = empty_for.unwrap_or_else(|| self.trust());
            let hint = tokio::time::timeout(left.min(patience), arrivals.changed());
            waited_in_vain = hint.await.is_err() && empty_for.is_none();
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
}
