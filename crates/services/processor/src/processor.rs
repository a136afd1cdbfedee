use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use odd_contracts::JobType;
use odd_core::ports::{Clock, JobReader, Leadership, Maintenance, StoreHints, WorkQueue};
use odd_service_kit::{CheckFailed, HttpInterface, Metrics, ServeError, serve};
use odd_worker::HandlerRegistry;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::Config;
use crate::claims::Claims;
use crate::environment::Environment;
use crate::leases::{LeaseTable, keep_leases};
use crate::maintainer::maintain;
use crate::metrics::JobMetrics;
use crate::settler::Settler;

/// The processor's contract: an OpenAPI 3.1 document.
pub const OPENAPI: &str = include_str!("../../../../contracts/openapi/processor.json");

/// Why a processor ended early.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A type it is to take has no handler.
    #[error("no handler is registered for the job type {0}, which this processor is to take")]
    NoHandler(JobType),
    /// The store could not record all that had ended before it stopped.
    #[error("the ends of {0} attempts could not be recorded; the next start ends them as lost")]
    Unrecorded(usize),
    /// Its HTTP interface failed.
    #[error("the processor's HTTP interface failed")]
    Serve(#[from] ServeError),
}

/// The adapters that a processor works on.
pub struct Ports {
    /// Claims and results.
    pub work: Arc<dyn WorkQueue>,
    /// Wakes the processor for due jobs and requests to cancel.
    pub hints: Arc<dyn StoreHints>,
    /// Periodic work on the store.
    pub maintenance: Arc<dyn Maintenance>,
    /// Decides which processor does the periodic work.
    pub leadership: Arc<dyn Leadership>,
    /// Asked whether the store can be reached.
    pub reader: Arc<dyn JobReader>,
    /// The store's clock.
    pub clock: Arc<dyn Clock>,
}

/// The processor role.
pub struct Processor {
    environment: Arc<Environment>,
    settler: Settler,
    give_up: CancellationToken,
    types: Arc<[JobType]>,
    http: HttpInterface,
}

impl Processor {
    /// Creates a processor that runs the job types that `registry` has handlers for.
    ///
    /// # Errors
    /// When it is configured to take a type without a handler.
    pub fn new(config: Config, ports: Ports, registry: HandlerRegistry) -> Result<Self, Error> {
        let types = taken_types(&config, &registry)?;
        let Ports {
            work,
            hints,
            maintenance,
            leadership,
            reader,
            clock,
        } = ports;
        let mut metrics = Metrics::new(&config.info);
        let job_metrics = Arc::new(JobMetrics::register(&mut metrics));
        let give_up = CancellationToken::new();
        let (handle, settler) = Settler::new(work.clone(), job_metrics.clone(), give_up.clone());
        let http = HttpInterface::new(
            config.info.clone(),
            config.http.clone(),
            Arc::new(metrics),
            OPENAPI,
        )
        .ready_when("store", move || {
            let reader = reader.clone();
            async move {
                reader
                    .ping()
                    .await
                    .map_err(|error| CheckFailed(error.to_string()))
            }
        });
        let environment = Arc::new(Environment {
            worker_id: config.info.instance_id.as_str().into(),
            config,
            work,
            hints,
            maintenance,
            leadership,
            clock,
            registry,
            leases: LeaseTable::default(),
            settler: handle,
            metrics: job_metrics,
            give_back: CancellationToken::new(),
        });
        Ok(Self {
            environment,
            settler,
            give_up,
            types,
            http,
        })
    }

    /// Its routes, for tests.
    pub fn router(self) -> Router {
        self.http.into_router()
    }

    /// Runs until `shutdown`, then claims nothing more, lets running jobs finish within the grace period, gives
    /// back the rest, and records everything before it returns.
    ///
    /// # Errors
    /// When the HTTP interface fails, or the store cannot record everything in time.
    pub async fn run(
        self,
        listener: TcpListener,
        shutdown: CancellationToken,
    ) -> Result<(), Error> {
        let Self {
            environment,
            settler,
            give_up,
            types,
            http,
        } = self;
        let limits = environment.config.http.limits.clone();
        let running = TaskTracker::new();
        let settling = tokio::spawn(settler.run());
        let leases = tokio::spawn(keep_leases(environment.clone()));
        let maintenance = tokio::spawn(maintain(environment.clone()));
        let patience = environment.config.drain_grace + environment.config.settle_grace;
        let giving_up = tokio::spawn(cancel_after(shutdown.clone(), patience, give_up));
        let claims = Claims::new(environment.clone(), types, running.clone());
        let (served, ()) = tokio::join!(
            serve(listener, http.into_router(), &limits, shutdown.clone()),
            async {
                claims.run(shutdown).await;
                finish_running(&environment, &running).await;
            }
        );
        leases.abort();
        maintenance.abort();
        // The settler ends when the last handle to it is gone.
        let _ = tokio::join!(leases, maintenance);
        drop(environment);
        let settled = settling.await;
        giving_up.abort();
        served?;
        match settled {
            Ok(0) => {}
            Ok(attempts) => return Err(Error::Unrecorded(attempts)),
            Err(_) => tracing::error!("the settler panicked"),
        }
        Ok(())
    }
}

/// Cancels `late` when `first` was cancelled this long ago.
async fn cancel_after(first: CancellationToken, pause: Duration, late: CancellationToken) {
    first.cancelled().await;
    tokio::time::sleep(pause).await;
    late.cancel();
}

fn taken_types(config: &Config, registry: &HandlerRegistry) -> Result<Arc<[JobType]>, Error> {
    match &config.types {
        None => Ok(registry.types().cloned().collect()),
        Some(types) => match types.iter().find(|name| registry.get(name).is_none()) {
            Some(unknown) => Err(Error::NoHandler(unknown.clone())),
            None => Ok(types.as_slice().into()),
        },
    }
}

async fn finish_running(environment: &Environment, running: &TaskTracker) {
    running.close();
    if tokio::time::timeout(environment.config.drain_grace, running.wait())
        .await
        .is_err()
    {
        tracing::info!(
            jobs = running.len(),
            "the grace period is over; giving running jobs back"
        );
        environment.give_back.cancel();
        running.wait().await;
    }
}
