use std::any::Any;
use std::sync::Arc;
use std::time::Duration;

use odd_contracts::{
    CorrelationId, EventType, FailureReason, Job, JobId, JobStatus, JobType, LogLine, RawJson,
};
use odd_core::ports::{
    Acceptance, Admission, AttemptLogQuery, ClaimRequest, ClaimedJob, EndedAttempt, EventLog,
    JobQuery, JobReader, JobStore, Lease, LogEntry, LogRecord, Position, SortOrder, StaleLease,
    StoreError, StoreStatistics, WorkQueue,
};
use odd_core::{AttemptResult, JobEvent, NewJob};
use uuid::Uuid;

use crate::build::new_job;
use crate::{ManualClock, TestStore, sqlite_store_with};

/// Duration of leases in the suite.
pub(super) const LEASE: Duration = Duration::from_secs(30);

/// An empty store with a clock that the check controls.
pub struct StoreFixture {
    /// Every port that changes jobs.
    pub store: Arc<dyn JobStore>,
    /// Claims and results: `store`, or an adapter over it.
    pub work: Arc<dyn WorkQueue>,
    /// The store's read port.
    pub reader: Arc<dyn JobReader>,
    /// The store's event log.
    pub log: Arc<dyn EventLog>,
    /// Figures of the store.
    pub statistics: Arc<dyn StoreStatistics>,
    /// The store's clock.
    pub clock: Arc<ManualClock>,
    /// Resources that must live as long as the store: a directory, a server.
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
    /// Opens a new embedded store.
    pub fn embedded() -> Self {
        let clock = Arc::new(ManualClock::default());
        Self::of(sqlite_store_with(clock.clone()), clock)
    }

    /// Wraps an embedded store that uses `clock`.
    pub fn of(back_end: TestStore, clock: Arc<ManualClock>) -> Self {
        Self {
            work: back_end.store.clone(),
            store: back_end.store,
            reader: back_end.reader,
            log: back_end.log,
            statistics: back_end.statistics,
            clock,
            keep: Box::new(back_end.directory),
        }
    }

    /// Submits one job, given as the JSON of its submission, which must be accepted as new.
    pub async fn submit(&self, submission: &str) -> JobId {
        self.submit_job(new_job(submission)).await
    }

    /// Submits one job, which must be accepted as new.
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

    /// Returns a request for up to `limit` jobs of any type that does not wait and admits every payload.
    pub fn request(&self, limit: usize) -> ClaimRequest {
        ClaimRequest {
            worker_id: "worker-1".into(),
            types: None,
            queues: None,
            limit,
            ahead: odd_core::ports::ClaimAhead::default(),
            lease: LEASE,
            wait: Duration::ZERO,
            admission: Arc::new(AdmitAll),
        }
    }

    /// Claims up to `limit` ready jobs.
    pub async fn claim(&self, limit: usize) -> Vec<ClaimedJob> {
        self.work.claim(self.request(limit)).await.expect("claims")
    }

    /// Claims the only ready job.
    pub async fn claim_one(&self) -> ClaimedJob {
        let mut jobs = self.claim(2).await;
        assert_eq!(jobs.len(), 1, "exactly one job is ready");
        jobs.remove(0)
    }

    /// Claims all ready jobs and returns their ids in claim order.
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

    /// Submits a job with one attempt, fails it, and returns its id.
    pub async fn failed_job(&self) -> JobId {
        let id = self.submit(r#"{"type":"work","maxAttempts":1}"#).await;
        let lease = self.claim_one().await.lease;
        assert_eq!(
            self.finish(lease, failed("no")).await,
            Ok(JobStatus::Failed)
        );
        id
    }

    /// Advances the clock.
    pub fn advance_ms(&self, millis: u64) {
        self.clock.advance(Duration::from_millis(millis));
    }

    /// Returns an existing job with its attempts.
    pub async fn job(&self, id: JobId) -> Job {
        self.reader
            .job(id)
            .await
            .expect("reads")
            .expect("there is such a job")
    }

    /// Returns the whole log of one attempt, oldest line first.
    pub async fn attempt_log(&self, lease: Lease) -> Vec<LogLine> {
        let query = AttemptLogQuery {
            job_id: lease.job_id,
            attempt: lease.attempt,
            order: SortOrder::Oldest,
            cursor: None,
            limit: 10_000,
        };
        let page = self.reader.attempt_log(query).await.expect("reads");
        page.expect("there is such an attempt").lines
    }

    /// Returns all jobs with their attempts, and all entries of the log.
    pub async fn content(&self) -> (Vec<Job>, Vec<LogRecord>) {
        let query = JobQuery {
            limit: 1_000,
            ..JobQuery::default()
        };
        let mut jobs = Vec::new();
        for brief in self.reader.jobs(query).await.expect("reads").jobs {
            jobs.push(self.job(brief.id).await);
        }
        let log = self.log.read_after(Position(0), 10_000).await;
        (jobs, log.expect("reads"))
    }

    /// Returns the status of a job.
    pub async fn status(&self, id: JobId) -> JobStatus {
        self.job(id).await.status
    }

    /// Returns every event of a job, in version order.
    pub async fn history(&self, id: JobId) -> Vec<Arc<JobEvent>> {
        let recorded = self.log.job_history(id, 10_000).await.expect("reads");
        let events = recorded.into_iter().map(|recorded| match recorded.entry {
            LogEntry::Event(event) => event,
            LogEntry::Pruned { .. } => panic!("a job's history holds events alone"),
        });
        events.collect()
    }

    /// Returns the types of a job's events, in version order.
    pub async fn kinds(&self, id: JobId) -> Vec<EventType> {
        let history = self.history(id).await;
        history
            .iter()
            .map(|event| event.change.event_type())
            .collect()
    }

    /// Promotes all due jobs and returns how many.
    pub async fn promote(&self) -> usize {
        self.store
            .promote_due(1_000)
            .await
            .map(|(count, _)| count)
            .expect("promotes")
    }

    /// Ends attempts whose lease has expired and returns how many.
    pub async fn expire(&self) -> Result<usize, StoreError> {
        Ok(self.store.expire_leases(1_000).await?.leases)
    }
}

/// Returns a new correlation id.
pub(super) fn some_request() -> CorrelationId {
    CorrelationId(Uuid::now_v7())
}

/// Returns a success without output.
pub(super) fn succeeded() -> AttemptResult {
    AttemptResult::Succeeded { result: None }
}

/// Returns a success with this JSON.
pub(super) fn succeeded_with(json: &str) -> AttemptResult {
    let result = RawJson::from_text(json.to_owned()).expect("JSON");
    AttemptResult::Succeeded {
        result: Some(result),
    }
}

/// Returns a failure that is retried.
pub(super) fn failed(message: &str) -> AttemptResult {
    failed_for(FailureReason::Error, message)
}

/// Returns a failure that is retried without delay.
pub(super) fn failed_for_now() -> AttemptResult {
    AttemptResult::Failed {
        reason: FailureReason::Error,
        message: "not yet".into(),
        retry_after_ms: Some(0),
    }
}

/// Returns a failure with this reason.
pub(super) fn failed_for(reason: FailureReason, message: &str) -> AttemptResult {
    AttemptResult::Failed {
        reason,
        message: message.into(),
        retry_after_ms: None,
    }
}
