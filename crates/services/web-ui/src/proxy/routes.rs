use std::sync::Arc;

use axum::extract::{Request, State};
use axum::response::Response;
use odd_service_kit::{Access, Correlation, Dependency, ProblemResponse, Produces, Route, Routes};
use tokio_util::sync::CancellationToken;

use super::exchange::forward;
use super::upstream::{Upstream, http_client};
use crate::Config;
use crate::same_site::SameSite;

/// The services to which requests are passed on.
#[derive(Debug, Clone)]
pub(crate) struct Proxy {
    gateway: Arc<Upstream>,
    read_model: Arc<Upstream>,
    /// Absent if no terminal server is configured.
    terminal: Option<Arc<Upstream>>,
}

const GATEWAY: &str = "/api/gateway/{*path}";
const READ_MODEL: &str = "/api/read-model/{*path}";
const TERMINAL: &str = "/api/terminal/{*path}";

impl Proxy {
    /// Creates the clients. `shutdown` ends streams and WebSockets.
    pub(crate) fn new(config: &Config, shutdown: CancellationToken) -> Self {
        let client = http_client(&config.limits);
        let upstream = |name, base: &reqwest::Url, max_body_bytes| {
            Upstream::new(
                name,
                base.clone(),
                max_body_bytes,
                &client,
                config,
                &shutdown,
            )
        };
        let (large, small) = (
            config.limits.max_gateway_body_bytes,
            config.limits.max_body_bytes,
        );
        let urls = &config.upstreams;
        let terminal = urls.terminal.as_ref();
        Self {
            gateway: upstream("gateway", &urls.gateway, large),
            read_model: upstream("read-model", &urls.read_model, small),
            terminal: terminal.map(|url| upstream("web-pty", url, small).with_tunnels()),
        }
    }

    /// Returns the checks whether the upstreams can be reached. The role is ready without them: the pages then say what is
    /// missing.
    pub(crate) fn dependencies(&self) -> Vec<Dependency> {
        let own = [&self.gateway, &self.read_model];
        let upstreams = own.into_iter().chain(&self.terminal);
        upstreams
            .map(|upstream| {
                let upstream = Arc::clone(upstream);
                Dependency::optional(upstream.name, move || Arc::clone(&upstream).check())
            })
            .collect()
    }

    /// Returns the routes below `/api`. The upstreams decide what the role of a caller permits.
    pub(crate) fn routes(self) -> Routes {
        let commands: [fn(&'static str, Access) -> Route; 3] =
            [Route::post, Route::put, Route::delete];
        let passed_on = |route: Route| route.produces(Produces::Anything).any_query();
        let reading = |path| passed_on(Route::get(path, Access::AnyToken));
        let mut routes = Routes::new()
            .add(reading(GATEWAY), forward_to_gateway)
            .add(reading(READ_MODEL), forward_to_read_model)
            .add(reading(TERMINAL), forward_to_terminal)
            .add(
                passed_on(Route::post(TERMINAL, Access::AnyToken)),
                forward_to_terminal,
            );
        for new in commands {
            let command = |path| passed_on(new(path, Access::AnyToken));
            routes = routes
                .add(command(GATEWAY), forward_to_gateway)
                .add(command(READ_MODEL), forward_to_read_model);
        }
        routes.with_state(self)
    }
}

async fn forward_to_gateway(
    State(proxy): State<Proxy>,
    correlation: Correlation,
    _same_site: SameSite,
    request: Request,
) -> Result<Response, ProblemResponse> {
    forward(&proxy.gateway, correlation.0, request).await
}

async fn forward_to_read_model(
    State(proxy): State<Proxy>,
    correlation: Correlation,
    _same_site: SameSite,
    request: Request,
) -> Result<Response, ProblemResponse> {
    forward(&proxy.read_model, correlation.0, request).await
}

async fn forward_to_terminal(
    State(proxy): State<Proxy>,
    correlation: Correlation,
    _same_site: SameSite,
    request: Request,
) -> Result<Response, ProblemResponse> {
    let terminal = proxy.terminal.as_ref().ok_or_else(|| {
        ProblemResponse::unavailable("no terminal server is configured; set ODD_PTY_URL")
    })?;
    forward(terminal, correlation.0, request).await
}
