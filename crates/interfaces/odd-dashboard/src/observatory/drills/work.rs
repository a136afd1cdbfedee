use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use odd_contracts::{JobStatus, LogLine, Progress};
use odd_core::ports::{
    ClaimRequest, ClaimedJob, EndedAttempt, Lease, LeaseError, Renewal, StaleLease, StoreError,
    WorkQueue, WorkerRecord,
};
use odd_service_kit::Fault;

/// A work queue that behaves, while a drill asks for it, as if the process of the worker had stopped: it claims nothing, and
/// neither renews leases nor records results.
pub(super) struct StoppedWork {
    pub(super) inner: Arc<dyn WorkQueue>,
    pub(super) fault: Fault,
}

impl StoppedWork {
    fn running(&self) -> Result<&dyn WorkQueue, StoreError> {
        match self.fault.is_active() {
            true => Err(StoreError::Unavailable(
                "a drill has stopped this worker".into(),
            )),
            false => Ok(&*self.inner),
        }
    }
}

#[async_trait]
impl WorkQueue for StoppedWork {
    /// Waits while the worker is stopped. A claim that waits for jobs when the worker stops is withdrawn.
    async fn claim(&self, request: ClaimRequest) -> Result<Vec<ClaimedJob>, StoreError> {
        loop {
            self.fault.ended().await;
            tokio::select! {
                claimed = self.inner.claim(request.clone()) => return claimed,
                () = self.fault.started() => {}
            }
        }
    }

    async fn finish(
        &self,
        ended: Arc<[EndedAttempt]>,
    ) -> Result<Vec<Result<JobStatus, StaleLease>>, StoreError> {
        self.running()?.finish(ended).await
    }

    async fn renew(&self, leases: Vec<Lease>, lease: Duration) -> Result<Vec<Renewal>, StoreError> {
        self.running()?.renew(leases, lease).await
    }

    async fn record_progress(&self, lease: Lease, progress: Progress) -> Result<(), LeaseError> {
        self.running()?.record_progress(lease, progress).await
    }

    async fn append_log(&self, lease: Lease, lines: Vec<LogLine>) -> Result<(), LeaseError> {
        self.running()?.append_log(lease, lines).await
    }

    async fn record_worker(&self, worker: WorkerRecord) -> Result<(), StoreError> {
        self.running()?.record_worker(worker).await
    }

    async fn remove_worker(&self, worker_id: &str) -> Result<(), StoreError> {
        self.inner.remove_worker(worker_id).await
    }
}

#[cfg(test)]
mod tests {
    use odd_core::AttemptResult;
    use odd_core::ports::JobStore;
    use odd_testkit::build::new_job;
    use odd_testkit::{PATIENCE, TestStore, sqlite_store};
    use odd_worker::{BuiltInConfig, HandlerRegistry};

    use super::*;

    const LEASE: Duration = Duration::from_secs(60);

    fn request(wait: Duration) -> ClaimRequest {
        ClaimRequest {
            worker_id: "worker".into(),
            types: None,
            queues: None,
            limit: 10,
            ahead: odd_core::ports::ClaimAhead::default(),
            lease: LEASE,
            wait,
            admission: Arc::new(HandlerRegistry::built_in(BuiltInConfig::default())),
        }
    }

    async fn submit(store: &dyn JobStore) {
        let jobs = Arc::new([new_job(r#"{"type":"echo"}"#)]);
        store.submit(jobs).await.expect("stored");
    }

    fn stopped_work(back_end: &TestStore) -> (StoppedWork, Fault) {
        let fault = Fault::new("stopped-worker");
        let work = StoppedWork {
            inner: back_end.store.clone(),
            fault: fault.clone(),
        };
        (work, fault)
    }

    #[tokio::test]
    async fn claim_that_waits_at_the_start_of_the_fault_claims_nothing_until_its_end() {
        let back_end = sqlite_store();
        let (work, fault) = stopped_work(&back_end);
        let claim = work.claim(request(PATIENCE));
        let others = async {
            fault.start(PATIENCE, None, "test".into());
            // The claim has to notice the fault before there is a job.
            tokio::task::yield_now().await;
            submit(&*back_end.store).await;
            let other = back_end.store.claim(request(Duration::ZERO)).await;
            assert_eq!(other.expect("it works").len(), 1, "the job is free");
            submit(&*back_end.store).await;
            fault.end("test");
        };
        let both = async { tokio::join!(biased; claim, others) };
        let (claimed, ()) = tokio::time::timeout(PATIENCE, both).await.expect("in time");
        assert_eq!(claimed.expect("it works").len(), 1);
    }

    #[tokio::test]
    async fn leases_are_not_renewed_and_results_not_recorded_during_the_fault() {
        let back_end = sqlite_store();
        let (work, fault) = stopped_work(&back_end);
        submit(&*back_end.store).await;
        let claimed = work.claim(request(PATIENCE)).await.expect("it works");
        let lease = claimed[0].lease;
        let ended: Arc<[_]> = Arc::new([EndedAttempt {
            lease,
            result: AttemptResult::Released,
        }]);
        fault.start(PATIENCE, None, "test".into());
        let renewed = work.renew(vec![lease], LEASE).await;
        assert!(renewed.is_err_and(|error| error.is_transient()));
        let finished = work.finish(ended.clone()).await;
        assert!(finished.is_err_and(|error| error.is_transient()));
        fault.end("test");
        let finished = work.finish(ended).await.expect("it works");
        assert_eq!(finished, [Ok(JobStatus::Pending)]);
    }
}
