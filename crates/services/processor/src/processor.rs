use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use odd_contracts::JobType;
use odd_core::ports::{
    Clock, JobReader, Leadership, Maintenance, StoreHints, StoreStatistics, WorkQueue,
};
use odd_core::{PublishLatency, QuarantineCounter};
use odd_service_kit::{ComputedGauge, HttpInterface, Metrics, ServeError, serve};
use odd_worker::HandlerRegistry;
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::Config;
use crate::admission::CountedAdmission;
use crate::claimer::Claimer;
use crate::context::ProcessorContext;
use crate::leases::LeaseTable;
use crate::maintainer::maintain;
use crate::metrics::JobMetrics;
use crate::recorder::ResultRecorder;
use crate::registration::Registration;
use crate::renewal::renew_leases;

/// The processor's contract: an OpenAPI 3.1 document.
pub const OPENAPI: &str = include_str!("../../../../contracts/openapi/processor.json");

/// Longest wait for the store at the end, to remove this worker from its registry.
const REMOVE_LIMIT: Duration = Duration::from_secs(2);

/// Why a processor ended early.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// A configured job type has no handler.
    #[error("the configured job type {0} has no handler")]
    NoHandler(JobType),
    /// The store stayed unavailable until the processor stopped.
    #[error(
        "the results of {0} attempts could not be recorded; the attempts will be ended as lost"
    )]
    Unrecorded(usize),
    /// The HTTP interface failed.
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
    /// Checks whether the store is available.
    pub reader: Arc<dyn JobReader>,
    /// The store's clock.
    pub clock: Arc<dyn Clock>,
    /// Figures of the store.
    pub statistics: Arc<dyn StoreStatistics>,
    /// Measures the publication of commits, if they are published.
    pub publishing: Option<PublishLatency>,
    /// Counts the messages that the adapters of this process quarantine.
    pub quarantined: QuarantineCounter,
}

/// The processor role.
pub struct Processor {
    context: Arc<ProcessorContext>,
    recorder: ResultRecorder,
    stop_retrying: CancellationToken,
    types: Arc<[JobType]>,
    http: HttpInterface,
}

impl Processor {
    /// Creates a processor that runs the job types that `registry` has handlers for.
    ///
    /// # Errors
    /// When a configured job type has no handler.
    pub fn new(config: Config, ports: Ports, registry: HandlerRegistry) -> Result<Self, Error> {
        let types = claimed_types(&config, &registry)?;
        let Ports {
            work,
            hints,
            maintenance,
            leadership,
            reader,
            clock,
            statistics,
            publishing,
            quarantined,
        } = ports;
        let mut metrics = Metrics::new(&config.info);
        metrics.register_store(&statistics);
        metrics.register_quarantined(&quarantined);
        metrics.register_tracer(&config.tracer);
        register_worker(&mut metrics, &config, &leadership);
        let job_metrics = Arc::new(JobMetrics::register(
            &mut metrics,
            &types,
            &config.objectives,
            publishing,
        ));
        let stop_retrying = CancellationToken::new();
        let (handle, recorder) = ResultRecorder::new(
            work.clone(),
            job_metrics.clone(),
            clock.clone(),
            config.tracer.clone(),
            stop_retrying.clone(),
        );
        let admission = Arc::new(CountedAdmission {
            registry: registry.clone(),
            metrics: job_metrics.clone(),
        });
        let http = HttpInterface::new(
            config.info.clone(),
            config.http.clone(),
            Arc::new(metrics),
            OPENAPI,
        )
        .ready_with_store(reader);
        let context = Arc::new(ProcessorContext {
            worker_id: config.info.instance_id.as_str().into(),
            config,
            work,
            hints,
            maintenance,
            leadership,
            clock,
            registry,
            admission,
            leases: Arc::new(LeaseTable::default()),
            recorder: handle,
            metrics: job_metrics,
            throttle: Arc::default(),
            release: CancellationToken::new(),
        });
        Ok(Self {
            context,
            recorder,
            stop_retrying,
            types,
            http,
        })
    }

    /// Returns the HTTP routes, for tests.
    pub fn router(self) -> Router {
        self.http.into_router()
    }

    /// Runs until `shutdown`. Then it stops claiming, lets running jobs finish within the grace period, releases the others,
    /// and records all results before it returns.
    ///
    /// # Errors
    /// When the HTTP interface fails, or the store cannot record all results in time.
    pub async fn run(
        self,
        listener: TcpListener,
        shutdown: CancellationToken,
    ) -> Result<(), Error> {
        let Self {
            context,
            recorder,
            stop_retrying,
            types,
            http,
        } = self;
        let limits = context.config.http.limits.clone();
        let running = TaskTracker::new();
        let recording = tokio::spawn(recorder.run());
        let leases = tokio::spawn(renew_leases(context.clone()));
        let maintenance = tokio::spawn(maintain(context.clone()));
        let ended = CancellationToken::new();
        let registration = Registration::new(&context);
        let registered = tokio::spawn(registration.run(shutdown.clone(), ended.clone()));
        let patience = context.config.drain_grace + context.config.record_grace;
        let deadline = tokio::spawn(cancel_after(shutdown.clone(), patience, stop_retrying));
        let claimer = Claimer::new(context.clone(), types, running.clone());
        let (served, ()) = tokio::join!(
            serve(listener, http.into_router(), &limits, shutdown.clone()),
            async {
                claimer.run(shutdown).await;
                finish_running(&context, &running).await;
            }
        );
        leases.abort();
        maintenance.abort();
        // The recorder ends when its last handle is dropped.
        let _ = tokio::join!(leases, maintenance);
        drop(context);
        let recorded = recording.await;
        deadline.abort();
        ended.cancel();
        if tokio::time::timeout(REMOVE_LIMIT, registered)
            .await
            .is_err()
        {
            tracing::warn!(
                "the store did not remove this worker in time; it will be shown as lost for a day"
            );
        }
        served?;
        match recorded {
            Ok(0) => {}
            Ok(attempts) => return Err(Error::Unrecorded(attempts)),
            Err(_) => tracing::error!("the result recorder panicked"),
        }
        Ok(())
    }
}

/// Registers the families about this process that do not change with its jobs.
fn register_worker(metrics: &mut Metrics, config: &Config, leadership: &Arc<dyn Leadership>) {
    let capacity = i64::try_from(config.concurrency).unwrap_or(i64::MAX);
    let capacity = ComputedGauge::single(move || capacity);
    metrics.register("observatory_worker_capacity", capacity);
    let retention = i64::try_from(config.retention.as_secs()).unwrap_or(i64::MAX);
    let retention = ComputedGauge::single(move || retention);
    metrics.register("observatory_retention_seconds", retention);
    let leadership = leadership.clone();
    let leader = ComputedGauge::single(move || i64::from(leadership.is_leader()));
    metrics.register("observatory_leader", leader);
}

/// Cancels `late` once `pause` has passed after `first` was cancelled.
async fn cancel_after(first: CancellationToken, pause: Duration, late: CancellationToken) {
    first.cancelled().await;
    tokio::time::sleep(pause).await;
    late.cancel();
}

fn claimed_types(config: &Config, registry: &HandlerRegistry) -> Result<Arc<[JobType]>, Error> {
    match &config.types {
        None => Ok(registry.types().cloned().collect()),
        Some(types) => match types.iter().find(|name| registry.get(name).is_none()) {
            Some(unknown) => Err(Error::NoHandler(unknown.clone())),
            None => Ok(types.as_slice().into()),
        },
    }
}

async fn finish_running(context: &ProcessorContext, running: &TaskTracker) {
    running.close();
    if tokio::time::timeout(context.config.drain_grace, running.wait())
        .await
        .is_err()
    {
        tracing::info!(
            jobs = running.len(),
            "the grace period has ended; releasing running jobs"
        );
        context.release.cancel();
        running.wait().await;
    }
}
