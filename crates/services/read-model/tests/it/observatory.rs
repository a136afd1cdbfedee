use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use odd_contracts::{CorrelationId, FailureReason, JobId, Problem, RawJson};
use odd_core::ports::{
    Admission, AlertBook, ClaimRequest, ClaimedJob, Clock, EndedAttempt, Lease, WorkerRecord,
};
use odd_core::{AttemptResult, QuarantineCounter};
use odd_read_model::{Config, Ports, ReadModel};
use odd_service_kit::ServiceInfo;
use odd_testkit::build::{new_job, worker_record};
use odd_testkit::http::{Answer, send};
use odd_testkit::{ApiContract, TestStore, sqlite_store, sqlite_store_with};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::path_template::template_of;

/// A read model on a free port with its own store.
pub(crate) struct Observatory {
    pub(crate) back_end: TestStore,
    pub(crate) address: SocketAddr,
    /// The document from `/openapi.json`.
    pub(crate) contract: ApiContract,
    pub(crate) shutdown: CancellationToken,
    pub(crate) serving: JoinHandle<()>,
}

/// Returns the `pointer` of every error in a problem document.
pub(crate) fn pointers(answer: &Answer) -> Vec<String> {
    let problem: Problem = serde_json::from_slice(&answer.body).expect("a problem");
    let errors = problem.errors.into_iter();
    errors.map(|error| error.pointer).collect()
}

struct AnyPayload;

impl Admission for AnyPayload {
    fn admit(&self, _: &odd_contracts::JobType, _: Option<&str>) -> Result<(), String> {
        Ok(())
    }
}

impl Observatory {
    pub(crate) async fn start() -> Self {
        Self::with(Config::default()).await
    }

    pub(crate) async fn with(config: Config) -> Self {
        Self::over(sqlite_store(), config).await
    }

    /// Starts one whose store has this clock.
    pub(crate) async fn with_clock(clock: Arc<dyn Clock>) -> Self {
        Self::over(sqlite_store_with(clock), Config::default()).await
    }

    /// Starts one whose metrics-engine evaluates the alert rules.
    pub(crate) async fn with_alerts(book: Arc<dyn AlertBook>) -> Self {
        let back_end = sqlite_store();
        let ports = Ports {
            alerts: Some(book),
            ..ports(&back_end)
        };
        Self::with_ports(back_end, ports, Config::default()).await
    }

    /// Starts one on a store that may have jobs already.
    pub(crate) async fn over(back_end: TestStore, config: Config) -> Self {
        let ports = ports(&back_end);
        Self::with_ports(back_end, ports, config).await
    }

    async fn with_ports(back_end: TestStore, ports: Ports, config: Config) -> Self {
        let model = ReadModel::new(config, info(), ports);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let shutdown = CancellationToken::new();
        let running = model.run(listener, shutdown.clone());
        let serving = tokio::spawn(async move { running.await.expect("serves") });
        let document = send(address, "GET", "/openapi.json", &[], b"").await;
        Self {
            back_end,
            address,
            contract: ApiContract::parse(&document.text()),
            shutdown,
            serving,
        }
    }

    /// Returns its base URL.
    pub(crate) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Sends a `GET` request and checks the answer against the document.
    pub(crate) async fn get(&self, target: &str) -> Answer {
        self.get_with(target, &[]).await
    }

    /// Sends a `GET` request with headers.
    pub(crate) async fn get_with(&self, target: &str, headers: &[(&str, &str)]) -> Answer {
        let answer = send(self.address, "GET", target, headers, b"").await;
        let path = target.split('?').next().expect("a path");
        let template = template_of(&self.contract, path);
        self.contract.check("GET", &template, &answer);
        answer
    }

    /// Returns the body of a `GET` request that must succeed.
    pub(crate) async fn json(&self, target: &str) -> Value {
        let answer = self.get(target).await;
        assert_eq!(answer.status, 200, "{target}: {}", answer.text());
        answer.json()
    }

    pub(crate) async fn submit(&self, submission: &str) -> JobId {
        let job = new_job(submission);
        let submitted = self.back_end.store.submit(Arc::from([job])).await;
        submitted.expect("accepted")[0].id
    }

    pub(crate) async fn submit_many(&self, count: usize) -> Vec<JobId> {
        let mut ids = Vec::new();
        for index in 0..count {
            let submission = format!(r#"{{"type":"echo","payload":{{"n":{index}}}}}"#);
            ids.push(self.submit(&submission).await);
        }
        ids
    }

    /// Claims the next job.
    pub(crate) async fn claim(&self) -> ClaimedJob {
        let claimed = self.back_end.store.claim(ClaimRequest {
            worker_id: "worker-1".into(),
            types: None,
            queues: None,
            limit: 1,
            ahead: odd_core::ports::ClaimAhead::default(),
            lease: Duration::from_secs(30),
            wait: Duration::from_secs(5),
            admission: Arc::new(AnyPayload),
        });
        let mut claimed = claimed.await.expect("claims");
        claimed.pop().expect("a job is ready")
    }

    /// Claims the next job and ends it.
    pub(crate) async fn run_next(&self, result: AttemptResult) -> JobId {
        let claimed = self.claim().await;
        self.finish(claimed.lease, result).await;
        claimed.lease.job_id
    }

    /// Ends an attempt.
    pub(crate) async fn finish(&self, lease: Lease, result: AttemptResult) {
        let ended = Arc::from([EndedAttempt { lease, result }]);
        let finished = self.back_end.store.finish(ended).await;
        finished.expect("finishes")[0].expect("the lease holds");
    }

    /// Makes due jobs ready.
    pub(crate) async fn promote_all(&self) {
        let promoted = self.back_end.store.promote_due(100).await;
        assert!(promoted.expect("promotes").0 > 0, "nothing is due");
    }

    /// Starts a new run of a job.
    pub(crate) async fn retry(&self, id: JobId) {
        let cause = CorrelationId(uuid::Uuid::from_u128(7));
        let retried = self.back_end.store.retry(id, cause).await;
        retried.expect("a job that failed");
    }

    /// Removes finished jobs as retention does. Returns how many.
    pub(crate) async fn prune_all(&self) -> usize {
        let before = self.back_end.clock.now().plus_millis(1_000);
        let removed = self.back_end.store.prune(before, 1_000).await;
        removed.expect("prunes")
    }

    /// Folds the log into the views, as a metrics-engine does.
    pub(crate) async fn fold(&self) {
        let views = &self.back_end.views;
        let position = views.position().await.expect("a position");
        let entries = self.back_end.log.read_after(position, 100_000).await;
        views.apply(entries.expect("entries")).await.expect("folds");
    }

    pub(crate) async fn record_worker(&self, types: Option<&[&str]>, concurrency: u32, busy: u32) {
        let types = types.map(|types| types.iter().map(|name| name.parse().expect("a type")));
        let worker = WorkerRecord {
            types: types.map(Iterator::collect),
            concurrency,
            busy,
            ..worker_record("worker-1", self.back_end.clock.now())
        };
        let recorded = self.back_end.store.record_worker(worker).await;
        recorded.expect("recorded");
    }
}

pub(crate) fn ports(back_end: &TestStore) -> Ports {
    Ports {
        jobs: back_end.reader.clone(),
        log: back_end.log.clone(),
        bus: back_end.bus.clone(),
        views: back_end.views.clone(),
        clock: back_end.clock.clone(),
        statistics: back_end.statistics.clone(),
        quarantined: QuarantineCounter::default(),
        alerts: None,
    }
}

pub(crate) fn info() -> ServiceInfo {
    ServiceInfo::new("read-model", env!("CARGO_PKG_VERSION"), "unknown")
}

pub(crate) fn success(result: &str) -> AttemptResult {
    let result = RawJson::from_text(result.to_owned()).expect("JSON");
    AttemptResult::Succeeded {
        result: Some(result),
    }
}

pub(crate) fn failure(reason: FailureReason, message: &str) -> AttemptResult {
    AttemptResult::Failed {
        reason,
        message: message.to_owned(),
        retry_after_ms: None,
    }
}
