use std::sync::Arc;

use axum::Router;
use odd_core::QuarantineCounter;
use odd_core::ports::{
    AlertBook, Archive, Clock, ErrorChain, EventBus, EventLog, JobReader, Outbox, Quarantine,
    StoreStatistics, Views,
};
use odd_service_kit::{HttpInterface, Metrics, ServeError, serve};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio_util::sync::CancellationToken;

use crate::alerting::Alerting;
use crate::archiver::Archiver;
use crate::consumer::Consumer;
use crate::dead_letters::DeadLetterGauge;
use crate::disk::register_disk;
use crate::lag::LagGauges;
use crate::metrics::EngineMetrics;
use crate::outbox::OutboxGauges;
use crate::queues::QueueGauges;
use crate::{AlertingConfig, Config, InvalidRule};

/// The metrics-engine's contract: an OpenAPI 3.1 document.
pub const OPENAPI: &str = include_str!("../../../../contracts/openapi/metrics-engine.json");

/// Why a metrics-engine ended early.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The HTTP interface failed.
    #[error("the metrics-engine's HTTP interface failed")]
    Serve(#[from] ServeError),
}

/// The adapters that a metrics-engine works on.
pub struct Ports {
    /// The history, whose head the lag of the views is measured against.
    pub log: Arc<dyn EventLog>,
    /// Carries the events of `log`.
    pub bus: Arc<dyn EventBus>,
    /// Updated from the events.
    pub views: Arc<dyn Views>,
    /// Keeps copies of events that violate their contract.
    pub quarantine: Arc<dyn Quarantine>,
    /// Counts quarantined messages, also those that the adapters of this process quarantine.
    pub quarantined: QuarantineCounter,
    /// Reads queue depths.
    pub reader: Arc<dyn JobReader>,
    /// The store's clock.
    pub clock: Arc<dyn Clock>,
    /// Figures of the store.
    pub statistics: Arc<dyn StoreStatistics>,
    /// The outbox, if commits are published to a broker.
    pub outbox: Option<Arc<dyn Outbox>>,
}

/// The metrics-engine role.
pub struct MetricsEngine {
    config: Config,
    consumer: Consumer,
    archiver: Option<Archiver>,
    queues: QueueGauges,
    lag: LagGauges,
    dead_letters: DeadLetterGauge,
    outbox: Option<OutboxGauges>,
    alerting: Option<Alerting>,
    http: HttpInterface,
}

impl MetricsEngine {
    /// Creates an engine that applies the events of `ports.bus` to `ports.views`.
    pub fn new(config: Config, ports: Ports) -> Self {
        let Ports {
            log,
            bus,
            views,
            quarantine,
            quarantined,
            reader,
            clock,
            statistics,
            outbox,
        } = ports;
        let mut metrics = Metrics::new(&config.info);
        metrics.register_store(&statistics);
        metrics.register_quarantined(&quarantined);
        metrics.register_tracer(&config.tracer);
        let engine_metrics = Arc::new(EngineMetrics::register(&mut metrics));
        let outbox = outbox.map(|it| OutboxGauges::register(&mut metrics, it, clock.clone()));
        if let Some(data_dir) = &config.data_dir {
            register_disk(&mut metrics, data_dir);
            engine_metrics.register_notifications(&mut metrics);
        }
        let consumer = Consumer {
            log: log.clone(),
            bus,
            views: views.clone(),
            quarantine,
            quarantined,
            clock: clock.clone(),
            metrics: engine_metrics.clone(),
            tracer: config.tracer.clone(),
        };
        let lag = LagGauges {
            log,
            views: views.clone(),
            archive: None,
            clock: clock.clone(),
            metrics: engine_metrics.clone(),
        };
        let queues = QueueGauges {
            reader: reader.clone(),
            views: views.clone(),
            clock,
            metrics: engine_metrics.clone(),
        };
        let dead_letters = DeadLetterGauge {
            reader: reader.clone(),
            metrics: engine_metrics,
        };
        let http = HttpInterface::new(
            config.info.clone(),
            config.http.clone(),
            Arc::new(metrics),
            OPENAPI,
        )
        .ready_with_store(reader)
        .ready_with_views(views);
        Self {
            config,
            consumer,
            archiver: None,
            queues,
            lag,
            dead_letters,
            outbox,
            alerting: None,
            http,
        }
    }

    /// Adds an archive that receives every event, independently of the views.
    #[must_use]
    pub fn archiving(mut self, archive: Arc<dyn Archive>) -> Self {
        self.lag.archive = Some(archive.clone());
        self.archiver = Some(Archiver {
            bus: self.consumer.bus.clone(),
            archive,
        });
        self
    }

    /// Evaluates the alert rules, and keeps the alerts in `book`.
    ///
    /// # Errors
    /// When a rule cannot be evaluated.
    pub fn alerting(
        mut self,
        config: AlertingConfig,
        book: Arc<dyn AlertBook>,
    ) -> Result<Self, InvalidRule> {
        let clock = self.queues.clock.clone();
        let metrics = self.queues.metrics.clone();
        self.alerting = Some(Alerting::new(config, book, clock, metrics)?);
        Ok(self)
    }

    /// Returns the HTTP routes, for tests.
    pub fn router(self) -> Router {
        self.http.into_router()
    }

    /// Runs until `shutdown`. Events that are not folded by then are folded after the next start.
    ///
    /// # Errors
    /// When the HTTP interface fails.
    pub async fn run(
        self,
        listener: TcpListener,
        shutdown: CancellationToken,
    ) -> Result<(), Error> {
        let archiving = async move {
            if let Some(archiver) = self.archiver {
                archiver.run().await;
            }
        };
        let measuring_outbox = async move {
            if let Some(outbox) = self.outbox {
                outbox.run().await;
            }
        };
        let alert_book = self.alerting.as_ref().map(Alerting::book);
        let alerting = async move {
            if let Some(alerting) = self.alerting {
                alerting.run().await;
            }
        };
        let tasks = [
            spawn(&shutdown, self.consumer.run()),
            spawn(&shutdown, archiving),
            spawn(&shutdown, self.queues.run()),
            spawn(&shutdown, self.lag.run()),
            spawn(&shutdown, self.dead_letters.run()),
            spawn(&shutdown, measuring_outbox),
            spawn(&shutdown, alerting),
        ];
        let served = serve(
            listener,
            self.http.into_router(),
            &self.config.http.limits,
            shutdown,
        )
        .await;
        for task in tasks {
            if task.await.is_err() {
                tracing::error!("a task of the metrics-engine panicked");
            }
        }
        // A delivered notification whose removal is not durable would be delivered again.
        if let Some(book) = alert_book
            && let Err(error) = book.save().await
        {
            tracing::error!(error = %ErrorChain(&error), "the latest changes of alerts are not durable");
        }
        Ok(served?)
    }
}

/// Runs `part` until it ends or `shutdown` is cancelled.
fn spawn(
    shutdown: &CancellationToken,
    part: impl Future<Output = ()> + Send + 'static,
) -> JoinHandle<Option<()>> {
    tokio::spawn(shutdown.clone().run_until_cancelled_owned(part))
}
