use std::sync::Arc;

use axum::Router;
use odd_service_kit::{HttpInterface, Metrics, Route, ServiceInfo, serve};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::AbortOnDropHandle;

use crate::ports::Ports;
use crate::queue_sampler::sample_queues;
use crate::routes;
use crate::state::AppState;
use crate::{Config, Error};

/// The read-model's contract, which `/openapi.json` serves: an OpenAPI 3.1 document.
pub const OPENAPI: &str = include_str!("../../../../contracts/openapi/read-model.json");

/// The read-model role: answers the queries of every interface.
pub struct ReadModel {
    config: Config,
    info: ServiceInfo,
    ports: Ports,
}

impl ReadModel {
    /// Creates a read model over `ports`.
    pub fn new(config: Config, info: ServiceInfo, ports: Ports) -> Self {
        Self {
            config,
            info,
            ports,
        }
    }

    /// Serves queries until `shutdown`, which also ends event streams.
    ///
    /// # Errors
    /// When the HTTP server fails.
    pub async fn run(
        self,
        listener: TcpListener,
        shutdown: CancellationToken,
    ) -> Result<(), Error> {
        let state = self.state(shutdown.clone());
        // Ends with the server.
        let _sampling = AbortOnDropHandle::new(tokio::spawn(sample_queues(state.clone())));
        let router = self.interface(state).into_router();
        serve(listener, router, &self.config.http.limits, shutdown).await?;
        Ok(())
    }

    /// Returns the HTTP routes, for tests.
    pub fn router(&self) -> Router {
        self.interface(self.state(CancellationToken::new()))
            .into_router()
    }

    /// Returns every route, including those that all roles share.
    pub fn route_table(&self) -> Vec<Route> {
        self.interface(self.state(CancellationToken::new()))
            .route_table()
    }

    fn state(&self, shutdown: CancellationToken) -> AppState {
        AppState::new(&self.config, self.ports.clone(), shutdown)
    }

    fn interface(&self, state: AppState) -> HttpInterface {
        let mut metrics = Metrics::new(&self.info);
        metrics.register_store(&self.ports.statistics);
        metrics.register_quarantined(&self.ports.quarantined);
        metrics.register("observatory_event_streams", state.streams.gauge());
        let http = self.config.http.clone();
        HttpInterface::new(self.info.clone(), http, Arc::new(metrics), OPENAPI)
            .ready_with_store(Arc::clone(&self.ports.jobs))
            .ready_with_views(Arc::clone(&self.ports.views))
            .routes(routes::all().with_state(state))
    }
}
