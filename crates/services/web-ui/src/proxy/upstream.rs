use std::sync::Arc;
use std::time::Duration;

use odd_service_kit::{CheckFailed, ProblemCode, ProblemResponse};
use reqwest::redirect::Policy;
use reqwest::{Client, Url};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;

use crate::{Config, ProxyLimits};

/// Shorter than the 10 seconds after which a role closes an idle connection, so that none is used while it is being closed.
const POOL_IDLE: Duration = Duration::from_secs(5);
const POOL_SIZE: usize = 64;

/// A service to which requests are passed on.
#[derive(Debug)]
pub(super) struct Upstream {
    /// Its name in messages and metrics.
    pub(super) name: &'static str,
    /// Every request is sent to a path below this URL, which ends with a slash.
    pub(super) base: Url,
    /// The path below which browsers see it.
    pub(super) prefix: String,
    pub(super) client: Client,
    /// Largest body of a request.
    pub(super) max_body_bytes: u64,
    /// Longest wait for a complete body.
    pub(super) upload_timeout: Duration,
    pub(super) limits: ProxyLimits,
    /// Whether WebSockets are passed on.
    pub(super) has_tunnels: bool,
    /// Ends streams and WebSockets.
    pub(super) shutdown: CancellationToken,
    exchanges: Arc<Semaphore>,
}

/// Part of the limit on open exchanges. Dropping it frees it.
pub(super) type Permit = OwnedSemaphorePermit;

impl Upstream {
    pub(super) fn new(
        name: &'static str,
        mut base: Url,
        max_body_bytes: u64,
        client: &Client,
        config: &Config,
        shutdown: &CancellationToken,
    ) -> Arc<Self> {
        if !base.path().ends_with('/') {
            base.set_path(&format!("{}/", base.path()));
        }
        Arc::new(Self {
            name,
            base,
            prefix: format!("{}api/{name}/", config.base_path),
            client: client.clone(),
            max_body_bytes,
            upload_timeout: config.http.limits.body_read_timeout,
            exchanges: Arc::new(Semaphore::new(config.limits.max_exchanges)),
            limits: config.limits.clone(),
            has_tunnels: false,
            shutdown: shutdown.clone(),
        })
    }

    /// Passes WebSockets on, too.
    pub(super) fn with_tunnels(mut self: Arc<Self>) -> Arc<Self> {
        if let Some(upstream) = Arc::get_mut(&mut self) {
            upstream.has_tunnels = true;
        }
        self
    }

    /// Counts an exchange.
    ///
    /// # Errors
    /// If too many are open.
    pub(super) fn begin_exchange(&self) -> Result<Permit, ProblemResponse> {
        let permit = Arc::clone(&self.exchanges).try_acquire_owned();
        permit.map_err(|_| {
            ProblemResponse::new(
                ProblemCode::TooManyRequests,
                format!(
                    "too many requests to the {} are open; retry shortly",
                    self.name
                ),
            )
        })
    }

    /// Checks that it responds.
    pub(super) async fn check(self: Arc<Self>) -> Result<(), CheckFailed> {
        // The terminal server answers health requests on another port, so any response that is no failure counts.
        let url = self.base.join("healthz").expect("a path below a base URL");
        let response = self.client.get(url).send().await;
        let response = response.map_err(|error| CheckFailed(error.to_string()))?;
        match response.status().is_server_error() {
            true => Err(CheckFailed(format!("responds with {}", response.status()))),
            false => Ok(()),
        }
    }
}

/// Creates the client for all upstreams. It follows no redirects, uses no proxy, and decodes nothing.
pub(super) fn http_client(limits: &ProxyLimits) -> Client {
    // The first installation counts for the process; every role installs the same provider.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Client::builder()
        .no_proxy()
        .redirect(Policy::none())
        .http1_only()
        .connect_timeout(limits.connect_timeout)
        .pool_idle_timeout(POOL_IDLE)
        .pool_max_idle_per_host(POOL_SIZE)
        .build()
        .expect("a client with fixed options can be built")
}
