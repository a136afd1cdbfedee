use std::sync::Arc;

use async_trait::async_trait;
use odd_contracts::JobId;
use odd_core::ports::{EventBus, LogRecord, Position, StoreError, TimeRange, ViewSnapshot, Views};
use odd_core::{Bucket, FailureGroups, QuarantineCounter};
use odd_metrics_engine::{Config, Error, MetricsEngine, Ports};
use odd_service_kit::telemetry::Tracer;
use odd_service_kit::{HttpConfig, ServiceInfo};
use odd_testkit::build::new_job;
use odd_testkit::{PATIENCE, TestStore, WatchedStore};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

/// Views that publish their position.
pub(crate) struct ToldViews {
    inner: Arc<dyn Views>,
    reached: watch::Sender<Position>,
}

#[async_trait]
impl Views for ToldViews {
    async fn position(&self) -> Result<Position, StoreError> {
        self.inner.position().await
    }

    async fn apply(&self, entries: Vec<LogRecord>) -> Result<(), StoreError> {
        self.inner.apply(entries).await?;
        self.reached.send_replace(self.inner.position().await?);
        Ok(())
    }

    async fn snapshot(&self) -> Result<ViewSnapshot, StoreError> {
        self.inner.snapshot().await
    }

    async fn buckets(&self, range: TimeRange) -> Result<Vec<Bucket>, StoreError> {
        self.inner.buckets(range).await
    }

    async fn failures(&self) -> Result<FailureGroups, StoreError> {
        self.inner.failures().await
    }

    async fn digest(&self) -> Result<String, StoreError> {
        self.inner.digest().await
    }
}

/// A running metrics-engine.
pub(crate) struct Rig {
    pub(crate) watched: Arc<WatchedStore>,
    pub(crate) views: Arc<ToldViews>,
    shutdown: CancellationToken,
    task: JoinHandle<Result<(), Error>>,
}

impl Rig {
    /// Starts an engine that folds the events of `bus` into the views of `store`.
    pub(crate) async fn start(store: &TestStore, bus: Arc<dyn EventBus>) -> Self {
        let watched = Arc::new(WatchedStore::new(store.store.clone()));
        let views = Arc::new(ToldViews {
            inner: store.views.clone(),
            reached: watch::Sender::new(Position(0)),
        });
        let config = Config {
            info: ServiceInfo::new("metrics-engine", "1.2.3", "abcdef"),
            http: HttpConfig::default(),
            tracer: Tracer::default(),
            data_dir: None,
        };
        let ports = Ports {
            log: store.log.clone(),
            bus,
            views: views.clone(),
            quarantine: watched.clone(),
            quarantined: QuarantineCounter::default(),
            reader: store.reader.clone(),
            clock: store.clock.clone(),
            statistics: store.statistics.clone(),
            outbox: None,
        };
        let engine = MetricsEngine::new(config, ports);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let shutdown = CancellationToken::new();
        Self {
            task: tokio::spawn(engine.run(listener, shutdown.clone())),
            watched,
            views,
            shutdown,
        }
    }

    /// Waits until the views include everything up to `position`.
    pub(crate) async fn until(&self, position: Position) {
        let mut reached = self.views.reached.subscribe();
        let wait = reached.wait_for(|reached| *reached >= position);
        let waited = tokio::time::timeout(PATIENCE, wait).await;
        waited.expect("in time").expect("the views exist");
    }

    pub(crate) async fn stop(self) {
        self.shutdown.cancel();
        tokio::time::timeout(PATIENCE, self.task)
            .await
            .expect("stops in time")
            .expect("does not panic")
            .expect("serves without failure");
    }
}

/// Submits jobs of the type `work`.
pub(crate) async fn submit(store: &TestStore, count: usize) -> Vec<JobId> {
    let jobs = (0..count).map(|_| new_job(r#"{"type":"work"}"#)).collect();
    let answers = store.store.submit(jobs).await.expect("accepted");
    answers.into_iter().map(|answer| answer.id).collect()
}
