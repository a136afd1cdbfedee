use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use odd_contracts::{FailureReason, Job, JobId, JobStatus, Problem};
use odd_core::AttemptResult;
use odd_core::ports::{ClaimRequest, ClaimedJob, EndedAttempt, JobCommands, Lease};
use odd_gateway::{Config, Dependencies, Gateway};
use odd_service_kit::{HttpConfig, ServiceInfo};
use odd_testkit::http::{Answer, send};
use odd_testkit::{ApiContract, TestStore, sqlite_store};
use odd_worker::{BuiltInConfig, HandlerRegistry};
use tokio::net::TcpListener;
use tokio_util::sync::{CancellationToken, DropGuard};

/// A gateway that runs until dropped. Every response is compared with the OpenAPI document.
pub(crate) struct TestGateway {
    pub(crate) address: SocketAddr,
    pub(crate) contract: ApiContract,
    pub(crate) routes: Vec<odd_service_kit::Route>,
    _shutdown: DropGuard,
}

impl TestGateway {
    pub(crate) async fn over(back_end: &TestStore) -> Self {
        Self::start(
            HttpConfig::default(),
            dependencies(back_end, back_end.store.clone()),
        )
        .await
    }

    /// Starts a gateway without tokens.
    pub(crate) async fn start(http: HttpConfig, dependencies: Dependencies) -> Self {
        Self::start_for("", http, dependencies).await
    }

    /// Starts a gateway. `token` is only used to read the document.
    pub(crate) async fn start_for(
        token: &str,
        http: HttpConfig,
        dependencies: Dependencies,
    ) -> Self {
        let info = ServiceInfo::new("gateway", env!("CARGO_PKG_VERSION"), "test");
        let gateway = Gateway::new(
            Config {
                http,
                ..Config::default()
            },
            info,
            dependencies,
        );
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let shutdown = CancellationToken::new();
        let routes = gateway.route_table();
        tokio::spawn(gateway.run(listener, shutdown.clone()));
        let document = send(
            address,
            "GET",
            "/openapi.json",
            &[("Authorization", token)],
            b"",
        )
        .await;
        Self {
            address,
            contract: ApiContract::parse(&document.text()),
            routes,
            _shutdown: shutdown.drop_guard(),
        }
    }

    /// Sends a request to the route with this template and checks that the answer is documented.
    pub(crate) async fn call(
        &self,
        (method, template): (&str, &str),
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Answer {
        let answer = send(self.address, method, target, headers, body).await;
        self.contract.check(method, template, &answer);
        answer
    }

    pub(crate) async fn submit(&self, body: impl AsRef<[u8]>) -> Answer {
        self.submit_with(&[], body).await
    }

    pub(crate) async fn submit_with(
        &self,
        headers: &[(&str, &str)],
        body: impl AsRef<[u8]>,
    ) -> Answer {
        let headers = [&[("Content-Type", "application/json")], headers].concat();
        self.call(("POST", "/jobs"), "/jobs", &headers, body.as_ref())
            .await
    }

    pub(crate) async fn submit_batch(&self, body: impl AsRef<[u8]>) -> Answer {
        let headers = [("Content-Type", "application/json")];
        let route = ("POST", "/jobs/batch");
        self.call(route, "/jobs/batch", &headers, body.as_ref())
            .await
    }

    /// Submits a job that must be new.
    pub(crate) async fn accepted(&self, body: impl AsRef<[u8]>) -> Job {
        let answer = self.submit(body).await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        serde_json::from_slice(&answer.body).expect("a job")
    }

    pub(crate) async fn get_job(&self, id: impl std::fmt::Display) -> Answer {
        let target = format!("/jobs/{id}");
        self.call(("GET", "/jobs/{id}"), &target, &[], b"").await
    }

    pub(crate) async fn command(&self, id: impl std::fmt::Display, verb: &str) -> Answer {
        let template = format!("/jobs/{{id}}/{verb}");
        let target = format!("/jobs/{id}/{verb}");
        self.call(("POST", &template), &target, &[], b"").await
    }

    pub(crate) async fn get(&self, template: &str, target: &str) -> Answer {
        self.call(("GET", template), target, &[], b"").await
    }
}

pub(crate) fn dependencies(back_end: &TestStore, jobs: Arc<dyn JobCommands>) -> Dependencies {
    Dependencies {
        jobs,
        reader: Arc::clone(&back_end.reader),
        handlers: HandlerRegistry::built_in(BuiltInConfig::default()),
        statistics: Arc::clone(&back_end.statistics),
        publishing: None,
    }
}

/// Starts a gateway with a store of its own.
pub(crate) async fn start_gateway() -> (TestGateway, TestStore) {
    let back_end = sqlite_store();
    (TestGateway::over(&back_end).await, back_end)
}

/// Returns the problem document of a response.
pub(crate) fn problem(answer: &Answer) -> Problem {
    assert_eq!(
        answer.header("content-type"),
        Some("application/problem+json"),
        "{}",
        answer.text()
    );
    let problem: Problem = serde_json::from_slice(&answer.body).expect("a problem");
    assert_eq!(problem.status, answer.status);
    problem
}

/// Returns the pointers of the errors of a problem.
pub(crate) fn pointers(answer: &Answer) -> Vec<String> {
    let errors = problem(answer).errors;
    errors.into_iter().map(|error| error.pointer).collect()
}

/// Claims the one job that is ready.
pub(crate) async fn claim_one(back_end: &TestStore) -> ClaimedJob {
    let request = ClaimRequest {
        worker_id: "test".into(),
        types: None,
        queues: None,
        limit: 1,
        ahead: odd_core::ports::ClaimAhead::default(),
        lease: Duration::from_secs(30),
        wait: Duration::from_secs(5),
        admission: Arc::new(HandlerRegistry::new()),
    };
    let mut claimed = back_end.store.claim(request).await.expect("a claim");
    claimed.pop().expect("a ready job")
}

/// Claims the one job that is ready and ends it with a permanent failure.
pub(crate) async fn fail_one(back_end: &TestStore) -> JobId {
    let lease = claim_one(back_end).await.lease;
    let result = AttemptResult::Failed {
        reason: FailureReason::Permanent,
        message: "no hope".into(),
        retry_after_ms: None,
    };
    assert_eq!(end(back_end, lease, result).await, JobStatus::Failed);
    lease.job_id
}

/// Ends an attempt. Returns the new status of the job.
pub(crate) async fn end(back_end: &TestStore, lease: Lease, result: AttemptResult) -> JobStatus {
    let ended = Arc::new([EndedAttempt { lease, result }]);
    let statuses = back_end.store.finish(ended).await.expect("the store");
    statuses[0].expect("a valid lease")
}
