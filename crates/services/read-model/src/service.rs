use std::sync::Arc;

use axum::Router;
use odd_core::Clock;
use odd_core::ports::{EventBus, EventLog, JobReader, StoreError, Views};
use odd_service_kit::{CheckFailed, HttpInterface, Metrics, Route, ServiceInfo, serve};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

use crate::routes;
use crate::state::AppState;
use crate::{Config, Error};

/// The document that `/openapi.json` serves.
/// The read-model's contract: an OpenAPI 3.1 document.
pub const OPENAPI: &str = include_str!("../../../../contracts/openapi/read-model.json");

/// What the read model reads from.
#[derive(Clone)]
pub struct Ports {
    /// The authoritative store.
    pub jobs: Arc<dyn JobReader>,
    /// The history.
    pub log: Arc<dyn EventLog>,
    /// The live events.
    pub bus: Arc<dyn EventBus>,
    /// The aggregates.
    pub views: Arc<dyn Views>,
    /// The present; the one that the store uses.
    pub clock: Arc<dyn Clock>,
}

/// The role that answers every question of an interface.
pub struct ReadModel {
    config: Config,
    info: ServiceInfo,
    ports: Ports,
}

impl ReadModel {
    /// A read model over `ports`.
    pub fn new(config: Config, info: ServiceInfo, ports: Ports) -> Self {
        Self {
            config,
            info,
            ports,
        }
    }

    /// Answers questions until `shutdown`; event streams end with it.
    ///
    /// # Errors
    /// When the listener is not usable.
    pub async fn run(
        self,
        listener: TcpListener,
        shutdown: CancellationToken,
    ) -> Result<(), Error> {
        let router = self.interface(shutdown.clone()).into_router();
        serve(listener, router, &self.config.http.limits, shutdown).await?;
        Ok(())
    }

    /// The whole HTTP interface, for tests.
    pub fn router(&self) -> Router {
        self.interface(CancellationToken::new()).into_router()
    }

    /// Every route, those that all roles share included.
    pub fn route_table(&self) -> Vec<Route> {
        self.interface(CancellationToken::new()).route_table()
    }

    fn interface(&self, shutdown: CancellationToken) -> HttpInterface {
        let mut metrics = Metrics::new(&self.info);
        let state = AppState::new(&self.config, self.ports.clone(), shutdown);
        metrics.register(
            "observatory_event_streams",
            "Event streams open now",
            state.streams.gauge(),
        );
        let (jobs, views) = (Arc::clone(&self.ports.jobs), Arc::clone(&self.ports.views));
        let http = self.config.http.clone();
        HttpInterface::new(self.info.clone(), http, Arc::new(metrics), OPENAPI)
            .ready_when("store", move || {
                let jobs = Arc::clone(&jobs);
                async move { jobs.ping().await.map_err(failed) }
            })
            .ready_when("views", move || {
                let views = Arc::clone(&views);
                async move { views.position().await.map(|_| ()).map_err(failed) }
            })
            .routes(routes::all().with_state(state))
    }
}

fn failed(error: StoreError) -> CheckFailed {
    CheckFailed(error.to_string())
}
