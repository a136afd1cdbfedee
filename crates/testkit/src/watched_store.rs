use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use odd_contracts::{CorrelationId, JobId, JobStatus, LogLine, Progress};
use odd_core::ports::{
    ClaimRequest, ClaimedJob, EndedAttempt, Hint, JobStore, Lease, LeaseError, Quarantine, Renewal,
    StaleLease, StoreError, StoreHints, WorkQueue, WorkerRecord,
};
use tokio::sync::{RwLock, watch};

/// A message that a store was asked to quarantine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuarantinedMessage {
    /// The unchanged message.
    pub message: Vec<u8>,
    /// The violation.
    pub reason: String,
    /// Correlation id of the message.
    pub correlation: Option<CorrelationId>,
}

/// Wraps a store and injects failures, delays and surplus claims, for tests of its callers.
pub struct WatchedStore {
    inner: Arc<dyn JobStore>,
    /// Added to the limit of every claim.
    pub claim_surplus: AtomicUsize,
    /// Calls of `finish` that fail before one succeeds again.
    pub failing_finishes: AtomicUsize,
    /// Every `finish` with an attempt of this job fails.
    pub unfinishable: Mutex<Option<JobId>>,
    /// Claims do not return while a test holds this for writing.
    pub claims: RwLock<()>,
    /// Log lines are not appended while a test holds this for writing.
    pub appends: RwLock<()>,
    /// Number of calls of `append_log` that have started.
    pub appends_begun: watch::Sender<usize>,
    /// Number of hints that reported a request to cancel.
    pub cancel_hints: watch::Sender<usize>,
    /// Number of calls of `renew` that have returned.
    pub renewals: AtomicUsize,
    /// Every report of a worker fails.
    pub fail_reports: AtomicBool,
    quarantined: Mutex<Vec<QuarantinedMessage>>,
}

impl WatchedStore {
    /// Wraps `inner`; behaves like it until a field is changed.
    pub fn new(inner: Arc<dyn JobStore>) -> Self {
        Self {
            inner,
            claim_surplus: AtomicUsize::new(0),
            failing_finishes: AtomicUsize::new(0),
            unfinishable: Mutex::default(),
            claims: RwLock::default(),
            appends: RwLock::default(),
            appends_begun: watch::Sender::default(),
            cancel_hints: watch::Sender::default(),
            renewals: AtomicUsize::new(0),
            fail_reports: AtomicBool::new(false),
            quarantined: Mutex::default(),
        }
    }

    /// Returns the messages quarantined so far.
    pub fn quarantined(&self) -> Vec<QuarantinedMessage> {
        lock(&self.quarantined).clone()
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[async_trait]
impl WorkQueue for WatchedStore {
    async fn claim(&self, request: ClaimRequest) -> Result<Vec<ClaimedJob>, StoreError> {
        let limit = request.limit + self.claim_surplus.load(Ordering::SeqCst);
        let claimed = self.inner.claim(ClaimRequest { limit, ..request }).await;
        let _may_go = self.claims.read().await;
        claimed
    }

    async fn finish(
        &self,
        ended: Arc<[EndedAttempt]>,
    ) -> Result<Vec<Result<JobStatus, StaleLease>>, StoreError> {
        let failing = self
            .failing_finishes
            .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |n| n.checked_sub(1));
        if failing.is_ok() {
            return Err(StoreError::Unavailable("injected by the test".into()));
        }
        if let Some(job) = *lock(&self.unfinishable)
            && ended.iter().any(|attempt| attempt.lease.job_id == job)
        {
            return Err(StoreError::Broken("injected by the test".into()));
        }
        self.inner.finish(ended).await
    }

    async fn renew(&self, leases: Vec<Lease>, lease: Duration) -> Result<Vec<Renewal>, StoreError> {
        let renewed = self.inner.renew(leases, lease).await;
        self.renewals.fetch_add(1, Ordering::SeqCst);
        renewed
    }

    async fn record_progress(&self, lease: Lease, progress: Progress) -> Result<(), LeaseError> {
        self.inner.record_progress(lease, progress).await
    }

    async fn append_log(&self, lease: Lease, lines: Vec<LogLine>) -> Result<(), LeaseError> {
        self.appends_begun.send_modify(|count| *count += 1);
        let _may_go = self.appends.read().await;
        self.inner.append_log(lease, lines).await
    }

    async fn record_worker(&self, worker: WorkerRecord) -> Result<(), StoreError> {
        if self.fail_reports.load(Ordering::SeqCst) {
            return Err(StoreError::Unavailable("injected by the test".into()));
        }
        self.inner.record_worker(worker).await
    }

    async fn remove_worker(&self, worker_id: &str) -> Result<(), StoreError> {
        self.inner.remove_worker(worker_id).await
    }
}

#[async_trait]
impl StoreHints for WatchedStore {
    async fn next_hint(&self, last: Hint) -> Hint {
        let hint = self.inner.next_hint(last).await;
        if hint.cancel_requests != last.cancel_requests {
            self.cancel_hints.send_modify(|count| *count += 1);
        }
        hint
    }

    fn time(&self) -> odd_core::StoreTime {
        self.inner.time()
    }
}

#[async_trait]
impl Quarantine for WatchedStore {
    async fn quarantine_message(
        &self,
        message: Vec<u8>,
        reason: String,
        correlation: Option<CorrelationId>,
    ) -> Result<(), StoreError> {
        let quarantined = QuarantinedMessage {
            message: message.clone(),
            reason: reason.clone(),
            correlation,
        };
        self.inner
            .quarantine_message(message, reason, correlation)
            .await?;
        lock(&self.quarantined).push(quarantined);
        Ok(())
    }
}
