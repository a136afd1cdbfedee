use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use odd_contracts::{
    CorrelationId, EventType, FailureReason, Job, JobId, JobStatus, JobType, RawJson,
};
use odd_core::ports::{
    Acceptance, Admission, ClaimRequest, ClaimedJob, EndedAttempt, EventLog, JobReader, JobStore,
    Lease, LogEntry, StaleLease, StoreError, WorkQueue,
};
use odd_core::{AttemptResult, JobEvent, NewJob};
use uuid::Uuid;

use crate::build::new_job;
use crate::{ManualClock, TestStore, sqlite_store_with};

/// How long a lease of the suite holds.
pub(super) const LEASE: Duration = Duration::from_secs(30);

/// An empty store whose time the check controls.
pub struct StoreFixture {
    /// Every port that changes jobs.
    pub store: Arc<dyn JobStore>,
    /// Claims and results: `store`, or an adapter over it.
    pub work: Arc<dyn WorkQueue>,
    /// Its reading side.
    pub reader: Arc<dyn JobReader>,
    /// Its event log.
    pub log: Arc<dyn EventLog>,
    /// Its clock.
    pub clock: Arc<ManualClock>,
    /// Whatever must live as long as the store: a directory, a server.
    pub keep: Box<dyn Any + Send + Sync>,
}

/// Accepts every payload.
pub(super) struct AdmitAll;

impl Admission for AdmitAll {
    fn admit(&self, _: &JobType, _: Option<&str>) -> Result<(), String> {
        Ok(())
    }
}

impl StoreFixture {
    /// A fresh embedded store.
    pub fn embedded() -> Self {
        let clock = Arc::new(ManualClock::default());
        Self::of(sqlite_store_with(clock.clone()), clock)
    }

    /// An embedded store that goes by `clock`.
    pub fn of(fresh: TestStore, clock: Arc<ManualClock>) -> Self {
        Self {
            work: fresh.store.clone(),
            store: fresh.store,
            reader: fresh.reader,
            log: fresh.log,
            clock,
            keep: Box::new(fresh.directory),
        }
    }

    /// Submits one job, given as the JSON of its submission, that nothing stands in the way of.
    pub async fn submit(&self, submission: &str) -> JobId {
        self.submit_job(new_job(submission)).await
    }

    /// Submits one job that nothing stands in the way of.
    pub async fn submit_job(&self, job: NewJob) -> JobId {
        let answers = self.store.submit([job].into()).await.expect("accepted");
        assert_eq!(answers.len(), 1);
        assert_eq!(answers[0].acceptance, Acceptance::Created);
        answers[0].id
    }

    /// Submits `count` jobs of the type `work` at once.
    pub async fn submit_batch(&self, count: usize) -> Vec<JobId> {
        let jobs: Arc<[NewJob]> = (0..count).map(|_| new_job(r#"{"type":"work"}"#)).collect();
        let answers = self.store.submit(jobs).await.expect("accepted");
        answers.iter().map(|answer| answer.id).collect()
    }

    /// Asks for up to `limit` jobs of any type, now, and takes every payload.
    pub fn request(&self, limit: usize) -> ClaimRequest {
        ClaimRequest {
            worker_id: "worker-1".into(),
            types: None,
            queues: None,
            limit,
            lease: LEASE,
            wait: Duration::ZERO,
            admission: Arc::new(AdmitAll),
        }
    }

    /// Up to `limit` jobs that are ready now.
    pub async fn claim(&self, limit: usize) -> Vec<ClaimedJob> {
        self.work.claim(self.request(limit)).await.expect("claims")
    }

    /// The one job that is ready now.
    pub async fn claim_one(&self) -> ClaimedJob {
        let mut jobs = self.claim(2).await;
        assert_eq!(jobs.len(), 1, "exactly one job is ready");
        jobs.remove(0)
    }

    /// The ids of all jobs that are ready now, in the order of the claim.
    pub async fn claim_ids(&self, limit: usize) -> Vec<JobId> {
        self.claim(limit)
            .await
            .iter()
            .map(|job| job.lease.job_id)
            .collect()
    }

    /// Ends one attempt.
    pub async fn finish(
        &self,
        lease: Lease,
        result: AttemptResult,
    ) -> Result<JobStatus, StaleLease> {
        let ended = EndedAttempt { lease, result };
        let answers = self.work.finish([ended].into()).await.expect("finishes");
        assert_eq!(answers.len(), 1);
        answers[0]
    }

    /// Submits a job that may be tried once, has it fail, and returns its id.
    pub async fn failed_job(&self) -> JobId {
        let id = self.submit(r#"{"type":"work","maxAttempts":1}"#).await;
        let lease = self.claim_one().await.lease;
        assert_eq!(
            self.finish(lease, failed("no")).await,
            Ok(JobStatus::Failed)
        );
        id
    }

    /// Moves time on.
    pub fn advance_ms(&self, millis: u64) {
        self.clock.advance(Duration::from_millis(millis));
    }

    /// A job that is there, in full.
    pub async fn job(&self, id: JobId) -> Job {
        self.reader
            .job(id)
            .await
            .expect("reads")
            .expect("there is such a job")
    }

    /// Where a job stands.
    pub async fn status(&self, id: JobId) -> JobStatus {
        self.job(id).await.status
    }

    /// Every event of a job, in version order.
    pub async fn history(&self, id: JobId) -> Vec<Arc<JobEvent>> {
        let recorded = self.log.job_history(id, 10_000).await.expect("reads");
        let events = recorded.into_iter().map(|recorded| match recorded.entry {
            LogEntry::Event(event) => event,
            LogEntry::Pruned { .. } => panic!("a job's history holds events alone"),
        });
        events.collect()
    }

    /// The kinds of a job's events, in version order.
    pub async fn kinds(&self, id: JobId) -> Vec<EventType> {
        let history = self.history(id).await;
        history
            .iter()
            .map(|event| event.change.event_type())
            .collect()
    }

    /// Makes ready whatever is due; how many jobs that were.
    pub async fn promote(&self) -> usize {
        self.store
            .promote_due(1_000)
            .await
            .map(|(count, _)| count)
            .expect("promotes")
    }

    /// Ends attempts whose lease ran out; how many.
    pub async fn expire(&self) -> Result<usize, StoreError> {
        self.store.expire_leases(1_000).await
    }
}

/// A correlation id of its own.
pub(super) fn some_request() -> CorrelationId {
    CorrelationId(Uuid::now_v7())
}

/// A success without output.
pub(super) fn succeeded() -> AttemptResult {
    AttemptResult::Succeeded { result: None }
}

/// A success with this JSON.
pub(super) fn succeeded_with(json: &str) -> AttemptResult {
    let result = RawJson::from_text(json.to_owned()).expect("JSON");
    AttemptResult::Succeeded {
        result: Some(result),
    }
}

/// A failure that may pass.
pub(super) fn failed(message: &str) -> AttemptResult {
    failed_for(FailureReason::Error, message)
}

/// A failure after which the job is due again at once.
pub(super) fn failed_for_now() -> AttemptResult {
    AttemptResult::Failed {
        reason: FailureReason::Error,
        message: "not yet".into(),
        retry_after_ms: Some(0),
    }
}

/// A failure of this kind.
pub(super) fn failed_for(reason: FailureReason, message: &str) -> AttemptResult {
    AttemptResult::Failed {
        reason,
        message: message.into(),
        retry_after_ms: None,
    }
}
