use std::sync::Arc;

use axum::Router;
use odd_service_kit::{HttpConfig, HttpInterface, Metrics, Route, ServeError, ServiceInfo, serve};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;
use tower_http::CompressionLevel;
use tower_http::compression::CompressionLayer;

use crate::Config;
use crate::front::Front;
use crate::offline::OfflinePage;
use crate::pages::Pages;
use crate::proxy::Proxy;
use crate::security_headers::SecurityHeaders;
use crate::session::{self, SessionState};

/// The contract of the role, which `/openapi.json` serves: an OpenAPI 3.1 document.
pub const OPENAPI: &str = include_str!("../../../../contracts/openapi/web-ui.json");

/// The web role: serves the dashboard, and passes the requests of its pages on.
#[derive(Debug)]
pub struct WebUi {
    config: Config,
    info: ServiceInfo,
}

impl WebUi {
    /// Creates a web role.
    pub fn new(config: Config, info: ServiceInfo) -> Self {
        Self { config, info }
    }

    /// Answers requests until `shutdown`, which also ends event streams and WebSockets.
    ///
    /// # Errors
    /// If the listener cannot be used.
    pub async fn run(
        self,
        listener: TcpListener,
        shutdown: CancellationToken,
    ) -> Result<(), ServeError> {
        let router = self.router(shutdown.clone());
        serve(listener, router, &self.config.http.limits, shutdown).await
    }

    /// Returns every route, for comparison with the OpenAPI document.
    pub fn route_table(&self) -> Vec<Route> {
        self.interface(CancellationToken::new()).route_table()
    }

    fn router(&self, shutdown: CancellationToken) -> Router {
        let front = Front {
            base_path: self.config.base_path.clone(),
            security: self.security(),
        };
        // Answers of the upstreams; the pages are compressed already, and event streams stay as they are.
        let compression = CompressionLayer::new().quality(CompressionLevel::Fastest);
        front.before(self.interface(shutdown).into_router().layer(compression))
    }

    fn interface(&self, shutdown: CancellationToken) -> HttpInterface {
        let config = &self.config;
        let proxy = Proxy::new(config, shutdown);
        let session = SessionState::new(
            config.http.tokens.clone(),
            config.base_path.clone(),
            self.info.version.clone(),
            config.upstreams.terminal.is_some(),
        );
        let mut dependencies = config.http.dependencies.clone();
        dependencies.extend(proxy.dependencies());
        let http = HttpConfig {
            dependencies,
            ..config.http.clone()
        };
        let metrics = Arc::new(Metrics::new(&self.info));
        HttpInterface::new(self.info.clone(), http, metrics, OPENAPI)
            .routes(session::routes().with_state(Arc::new(session)))
            .routes(proxy.routes())
            .routes(OfflinePage::new(&self.security()).routes())
            .routes(Pages::new(config.assets, &config.base_path).routes())
    }

    fn security(&self) -> SecurityHeaders {
        SecurityHeaders::new(&self.config.frame_ancestors)
    }
}
