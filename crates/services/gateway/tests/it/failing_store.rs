use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;
use odd_contracts::{CorrelationId, FailureFingerprint, Job, JobId, Timestamp};
use odd_core::NewJob;
use odd_core::ports::{
    AttemptLogPage, AttemptLogQuery, CommandError, JobCommands, JobPage, JobQuery, JobReader,
    JobTotals, QueueDepth, StoreError, SubmitError, Submitted, WaitingBehind, WorkerRecord,
};
use odd_gateway::Dependencies;
use odd_service_kit::HttpConfig;
use odd_testkit::sqlite_store;

use crate::gateway::{TestGateway, dependencies, problem};

/// Fails every call in the same way.
struct FailingStore(StoreError);

const SECRET: &str = "secret of the store";

async fn gateway_over(error: StoreError) -> (TestGateway, odd_testkit::TestStore) {
    let back_end = sqlite_store();
    let dependencies = dependencies(&back_end, Arc::new(FailingStore(error)));
    let gateway = TestGateway::start(HttpConfig::default(), dependencies).await;
    (gateway, back_end)
}

#[tokio::test]
async fn unavailable_store_is_a_503_with_retry_after() {
    for error in [StoreError::Unavailable(SECRET.into()), StoreError::Closed] {
        let (gateway, _back_end) = gateway_over(error).await;
        let id = "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11";
        for answer in [
            gateway.submit(r#"{"type":"echo"}"#).await,
            gateway.submit_batch(r#"{"jobs":[{"type":"echo"}]}"#).await,
            gateway.command(id, "cancel").await,
            gateway.command(id, "retry").await,
        ] {
            assert_eq!(problem(&answer).code, "unavailable");
            assert_eq!(answer.header("retry-after"), Some("1"));
            assert!(!answer.text().contains("secret"), "{}", answer.text());
        }
    }
}

#[tokio::test]
async fn broken_store_is_a_500_without_details() {
    let (gateway, _back_end) = gateway_over(StoreError::Broken(SECRET.into())).await;
    let answer = gateway.submit(r#"{"type":"echo"}"#).await;
    assert_eq!(problem(&answer).code, "internal");
    assert!(!answer.text().contains("secret"), "{}", answer.text());
    assert_eq!(gateway.get("/healthz", "/healthz").await.status, 200);
}

#[tokio::test]
async fn unreadable_store_makes_the_gateway_unready() {
    let back_end = sqlite_store();
    let failing = Arc::new(FailingStore(StoreError::Unavailable(SECRET.into())));
    let dependencies = Dependencies {
        reader: failing,
        ..dependencies(&back_end, back_end.store.clone())
    };
    let gateway = TestGateway::start(HttpConfig::default(), dependencies).await;
    let unready = gateway.get("/readyz", "/readyz").await;
    assert_eq!(unready.status, 503);
    assert_eq!(unready.json()["checks"][0]["dependency"], "store");
    assert!(!unready.text().contains("secret"), "{}", unready.text());
    for answer in [
        gateway
            .get_job("0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11")
            .await,
        gateway.get("/dead-letters", "/dead-letters").await,
    ] {
        assert_eq!(problem(&answer).code, "unavailable");
    }
}

#[async_trait]
impl JobCommands for FailingStore {
    async fn submit(&self, _: Arc<[NewJob]>) -> Result<Vec<Submitted>, SubmitError> {
        Err(self.0.clone().into())
    }

    async fn cancel(&self, _: JobId, _: CorrelationId) -> Result<Job, CommandError> {
        Err(self.0.clone().into())
    }

    async fn retry(&self, _: JobId, _: CorrelationId) -> Result<Job, CommandError> {
        Err(self.0.clone().into())
    }

    async fn drop_dead_letter(&self, _: JobId) -> Result<(), CommandError> {
        Err(self.0.clone().into())
    }
}

#[async_trait]
impl JobReader for FailingStore {
    async fn job(&self, _: JobId) -> Result<Option<Job>, StoreError> {
        Err(self.0.clone())
    }
    async fn attempt_log(&self, _: AttemptLogQuery) -> Result<Option<AttemptLogPage>, StoreError> {
        Err(self.0.clone())
    }
    async fn jobs(&self, _: JobQuery) -> Result<JobPage, StoreError> {
        Err(self.0.clone())
    }
    async fn queue_depths(&self) -> Result<Vec<QueueDepth>, StoreError> {
        Err(self.0.clone())
    }
    async fn count_dead_letters(&self) -> Result<u64, StoreError> {
        Err(self.0.clone())
    }
    async fn count_failed(&self, _: &[FailureFingerprint]) -> Result<Vec<u64>, StoreError> {
        Err(self.0.clone())
    }
    async fn totals(&self) -> Result<JobTotals, StoreError> {
        Err(self.0.clone())
    }
    async fn waiting_behind(&self, _: JobId) -> Result<Option<WaitingBehind>, StoreError> {
        Err(self.0.clone())
    }
    async fn lease_end(&self, _: JobId) -> Result<Option<Timestamp>, StoreError> {
        Err(self.0.clone())
    }
    async fn unknown(&self, _: &[JobId]) -> Result<Vec<JobId>, StoreError> {
        Err(self.0.clone())
    }
    async fn workers(&self, _: Timestamp) -> Result<Vec<WorkerRecord>, StoreError> {
        Err(self.0.clone())
    }
    async fn running_attempts(&self) -> Result<BTreeMap<String, u64>, StoreError> {
        Err(self.0.clone())
    }
    async fn ping(&self) -> Result<(), StoreError> {
        Err(self.0.clone())
    }
}
