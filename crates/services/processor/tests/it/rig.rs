use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use odd_contracts::{EventType, Job, JobId, LogLine};
use odd_core::ports::{AttemptLogQuery, Clock, SortOrder};
use odd_core::{JobEvent, QuarantineCounter, SystemClock};
use odd_processor::{Config, Error, Ports, Processor};
use odd_service_kit::ServiceInfo;
use odd_testkit::build::new_job;
use odd_testkit::{PATIENCE, TestStore, WatchedStore, event_of, sqlite_store_with};
use odd_worker::{CancellationToken, HandlerRegistry};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;

/// A running processor and its store.
pub(crate) struct Rig {
    pub(crate) store: TestStore,
    pub(crate) watched: Arc<WatchedStore>,
    pub(crate) shutdown: CancellationToken,
    address: SocketAddr,
    task: JoinHandle<Result<(), Error>>,
}

/// Returns the default settings, with four slots.
pub(crate) fn config() -> Config {
    let info = ServiceInfo::new("processor", "1.2.3", "abcdef");
    Config {
        drain_grace: Duration::from_secs(60),
        ..Config::new(info, 4)
    }
}

impl Rig {
    /// Starts a processor with the handlers of `registry`.
    pub(crate) async fn start(registry: HandlerRegistry) -> Self {
        Self::start_with(config(), Arc::new(SystemClock), registry).await
    }

    pub(crate) async fn start_with(
        config: Config,
        clock: Arc<dyn Clock>,
        registry: HandlerRegistry,
    ) -> Self {
        Self::start_on(sqlite_store_with(clock), config, registry, 0).await
    }

    /// Starts a processor on a store that may have jobs already. Each claim returns up to `claim_surplus` jobs more than requested.
    pub(crate) async fn start_on(
        store: TestStore,
        config: Config,
        registry: HandlerRegistry,
        claim_surplus: usize,
    ) -> Self {
        let watched = Arc::new(WatchedStore::new(store.store.clone()));
        watched.claim_surplus.store(claim_surplus, Ordering::SeqCst);
        let ports = Ports {
            work: watched.clone(),
            hints: watched.clone(),
            ..ports(&store)
        };
        let processor = Processor::new(config, ports, registry).expect("every type has a handler");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let address = listener.local_addr().expect("bound");
        let shutdown = CancellationToken::new();
        Self {
            address,
            task: tokio::spawn(processor.run(listener, shutdown.clone())),
            store,
            watched,
            shutdown,
        }
    }

    pub(crate) async fn submit(&self, submission: &str) -> JobId {
        submit(&self.store, submission).await
    }

    /// Waits until the job has an event of this kind.
    pub(crate) async fn wait_for(&self, job: JobId, kind: EventType) -> Arc<JobEvent> {
        event_of(&*self.store.bus, job, kind).await
    }

    /// Submits a job, waits until it has an event of this kind, and returns it.
    pub(crate) async fn submit_until(&self, submission: &str, kind: EventType) -> Job {
        let id = self.submit(submission).await;
        self.wait_for(id, kind).await;
        self.job(id).await
    }

    /// Waits for `times` further renewals of leases.
    pub(crate) async fn until_renewed(&self, times: usize) {
        let renewals = || self.watched.renewals.load(Ordering::SeqCst);
        let expected = renewals() + times;
        let renewed = async {
            while renewals() < expected {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        };
        let renewed = tokio::time::timeout(PATIENCE, renewed).await;
        renewed.expect("leases are renewed");
    }

    pub(crate) async fn job(&self, id: JobId) -> Job {
        let found = self.store.reader.job(id).await.expect("reads");
        found.expect("the job exists")
    }

    /// Returns the exported metrics.
    pub(crate) async fn metrics(&self) -> String {
        let mut stream = TcpStream::connect(self.address).await.expect("listens");
        let request = "GET /metrics HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
        stream.write_all(request.as_bytes()).await.expect("sent");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.expect("answered");
        answer
    }

    /// Returns the log of the job's first attempt, oldest line first.
    pub(crate) async fn log(&self, id: JobId) -> Vec<LogLine> {
        let query = AttemptLogQuery {
            job_id: id,
            attempt: 1,
            order: SortOrder::Oldest,
            cursor: None,
            limit: 1_000,
        };
        let page = self.store.reader.attempt_log(query).await.expect("reads");
        page.expect("the attempt exists").lines
    }

    /// Shuts the processor down and waits until it has ended without error.
    pub(crate) async fn stop(self) -> TestStore {
        let (outcome, store) = self.end().await;
        outcome.expect("ends without error");
        store
    }

    /// Shuts the processor down and returns how it ended.
    pub(crate) async fn end(self) -> (Result<(), Error>, TestStore) {
        self.shutdown.cancel();
        let outcome = tokio::time::timeout(PATIENCE, self.task)
            .await
            .expect("stops in time")
            .expect("does not panic");
        (outcome, self.store)
    }
}

/// Returns the adapters of an embedded back end.
pub(crate) fn ports(store: &TestStore) -> Ports {
    Ports {
        work: store.store.clone(),
        hints: store.store.clone(),
        maintenance: store.store.clone(),
        leadership: store.store.clone(),
        reader: store.reader.clone(),
        clock: store.clock.clone(),
        statistics: store.statistics.clone(),
        publishing: None,
        quarantined: QuarantineCounter::default(),
    }
}

pub(crate) async fn submit(store: &TestStore, submission: &str) -> JobId {
    let answers = store.store.submit([new_job(submission)].into()).await;
    answers.expect("accepted")[0].id
}
