use std::sync::Arc;

use odd_service_kit::{
    Access, HttpInterface, Metrics, Produces, Route, Routes, ServeError, ServiceInfo, serve,
};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::Config;
use crate::get_status::get_status;
use crate::metrics::TerminalMetrics;
use crate::open_session::open_session;
use crate::post_ticket::post_ticket;
use crate::registry::Registry;
use crate::state::{Server, SharedState};

/// The OpenAPI document of the role.
pub const OPENAPI: &str = include_str!("../../../../contracts/openapi/web-pty.json");

const MAX_BODY_BYTES: usize = 16 * 1024;

/// Why a web-pty-server stopped before its shutdown.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The HTTP server failed.
    #[error("cannot serve HTTP")]
    Serve(#[from] ServeError),
}

/// The web-pty-server.
pub struct WebPty {
    info: ServiceInfo,
    metrics: Metrics,
    server: Server,
}

impl WebPty {
    /// Creates a server without starting it.
    pub fn new(config: Config, info: ServiceInfo) -> Self {
        let mut metrics = Metrics::new(&info);
        let families = TerminalMetrics::register(&mut metrics);
        Self {
            server: Server {
                registry: Registry::new(config.limits.clone(), families.sessions.clone()),
                metrics: families,
                stop: CancellationToken::new(),
                sessions: TaskTracker::new(),
                config,
            },
            metrics,
            info,
        }
    }

    /// Returns every route of the listener for terminals.
    pub fn route_table(&self) -> Vec<Route> {
        let metrics = Arc::new(Metrics::new(&self.info));
        let http = self.server.config.http.clone();
        let shared = HttpInterface::new(self.info.clone(), http, metrics, OPENAPI);
        let mut table = shared.route_table();
        table.extend(routes().table().iter().cloned());
        table
    }

    /// Serves terminals on `listener`, and health and metrics also on `metrics_listener`, until `shutdown`. Then every
    /// connection is closed so that its client connects again, and every program is ended and reaped.
    ///
    /// # Errors
    /// If a listener cannot be used.
    pub async fn run(
        self,
        listener: TcpListener,
        metrics_listener: TcpListener,
        shutdown: CancellationToken,
    ) -> Result<(), Error> {
        let server = Arc::new(self.server);
        let metrics = Arc::new(self.metrics);
        let http = server.config.http.clone();
        let interface = || {
            HttpInterface::new(
                self.info.clone(),
                http.clone(),
                Arc::clone(&metrics),
                OPENAPI,
            )
        };
        let routes = routes().with_state(Arc::clone(&server));
        metrics.export_failures(routes.table());
        let terminals = interface().routes(routes).into_router();
        let health = interface().into_router();
        // Also when this future is dropped.
        let _stop = server.stop.clone().drop_guard();
        let stopping = async {
            shutdown.cancelled().await;
            server.stop.cancel();
        };
        let serving = async {
            tokio::join!(
                serve(listener, terminals, &http.limits, shutdown.clone()),
                serve(metrics_listener, health, &http.limits, shutdown.clone()),
            )
        };
        let (served, health_served) = {
            tokio::pin!(serving);
            tokio::select! {
                served = &mut serving => served,
                () = stopping => serving.await,
            }
        };
        server.stop.cancel();
        server.sessions.close();
        server.sessions.wait().await;
        served.and(health_served).map_err(Error::from)
    }
}

fn routes() -> Routes<SharedState> {
    let tickets = Route::post("/tickets", Access::Read).max_body_bytes(MAX_BODY_BYTES);
    // The ticket is the permission.
    let session = Route::get("/session", Access::Open).produces(Produces::Anything);
    Routes::new()
        .add(Route::get("/status", Access::Read), get_status)
        .add(tickets, post_ticket)
        .add(session, open_session)
}
