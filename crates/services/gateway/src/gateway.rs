use std::sync::Arc;

use axum::Router;
use odd_core::PublishLatency;
use odd_core::ports::{JobCommands, JobReader, StoreStatistics};
use odd_service_kit::telemetry::Tracer;
use odd_service_kit::{
    Access, HttpConfig, HttpInterface, Metrics, Route, Routes, ServeError, ServiceInfo, serve,
};
use odd_worker::HandlerRegistry;
use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio_util::sync::CancellationToken;

use crate::metrics::SubmissionMetrics;
use crate::state::{GatewayState, SharedState};
use crate::{commands, dead_letters, read_job, submit, submit_batch};

/// The gateway's contract: an OpenAPI 3.1 document.
pub const OPENAPI: &str = include_str!("../../../../contracts/openapi/gateway.json");

const MAX_BATCH_BYTES: usize = 16 * 1024 * 1024;

/// Largest number of large batches parsed at once: parsing needs several times the memory of the body.
const MAX_PARSERS: usize = 4;

/// Settings of the gateway.
#[derive(Debug, Clone, Default)]
pub struct Config {
    /// Limits, tokens and origins of its HTTP interface.
    pub http: HttpConfig,
    /// Records submissions as spans.
    pub tracer: Tracer,
}

/// Ports and handlers that the gateway uses.
#[derive(Clone)]
pub struct Dependencies {
    /// Accepts submissions and commands.
    pub jobs: Arc<dyn JobCommands>,
    /// Reads jobs.
    pub reader: Arc<dyn JobReader>,
    /// Validates payloads and provides the defaults of job types.
    pub handlers: HandlerRegistry,
    /// Figures of the store.
    pub statistics: Arc<dyn StoreStatistics>,
    /// Measures the publication of commits, if they are published.
    pub publishing: Option<PublishLatency>,
}

/// The role that accepts jobs and commands over HTTP.
pub struct Gateway {
    config: Config,
    info: ServiceInfo,
    state: SharedState,
    metrics: Arc<Metrics>,
}

impl Gateway {
    /// Creates a gateway that uses these dependencies.
    pub fn new(config: Config, info: ServiceInfo, dependencies: Dependencies) -> Self {
        let mut metrics = Metrics::new(&info);
        metrics.register_store(&dependencies.statistics);
        metrics.register_tracer(&config.tracer);
        let routes = routes();
        let of_jobs = routes.table().iter();
        metrics.export_failures(of_jobs.filter(|route| route.path.starts_with("/jobs")));
        let submissions = SubmissionMetrics::register(&mut metrics, dependencies.publishing);
        Self {
            info,
            metrics: Arc::new(metrics),
            state: Arc::new(GatewayState {
                jobs: dependencies.jobs,
                reader: dependencies.reader,
                handlers: dependencies.handlers,
                submissions,
                parsers: Arc::new(Semaphore::new(MAX_PARSERS)),
                tracer: config.tracer.clone(),
            }),
            config,
        }
    }

    /// Answers requests until `shutdown`, then finishes those in flight.
    ///
    /// # Errors
    /// If the listener cannot be used.
    pub async fn run(
        self,
        listener: TcpListener,
        shutdown: CancellationToken,
    ) -> Result<(), ServeError> {
        serve(listener, self.router(), &self.config.http.limits, shutdown).await
    }

    /// Returns the complete HTTP interface.
    pub fn router(&self) -> Router {
        self.interface().into_router()
    }

    /// Returns every route, for comparison with the OpenAPI document.
    pub fn route_table(&self) -> Vec<Route> {
        self.interface().route_table()
    }

    fn interface(&self) -> HttpInterface {
        HttpInterface::new(
            self.info.clone(),
            self.config.http.clone(),
            Arc::clone(&self.metrics),
            OPENAPI,
        )
        .traced_by(self.config.tracer.clone())
        .ready_with_store(Arc::clone(&self.state.reader))
        .routes(routes().with_state(Arc::clone(&self.state)))
    }
}

fn routes() -> Routes<SharedState> {
    use Access::{Operate, Read, ReadOrSubmit, Submit};
    let submit = Route::post("/jobs", Submit).traced();
    let batch = Route::post("/jobs/batch", Submit).traced();
    let batch = batch.max_body_bytes(MAX_BATCH_BYTES);
    let replay = Route::post("/dead-letters/{id}/replay", Operate);
    let drop = Route::delete("/dead-letters/{id}", Operate);
    Routes::new()
        .add(submit, submit::submit_job)
        .add(batch, submit_batch::submit_batch)
        .add(Route::get("/jobs/{id}", ReadOrSubmit), read_job::get_job)
        .add(
            Route::post("/jobs/{id}/cancel", Operate),
            commands::cancel_job,
        )
        .add(
            Route::post("/jobs/{id}/retry", Operate),
            commands::retry_job,
        )
        .add(
            Route::get("/dead-letters", Read),
            dead_letters::list_dead_letters,
        )
        .add(replay, dead_letters::replay_dead_letter)
        .add(drop, dead_letters::drop_dead_letter)
}
