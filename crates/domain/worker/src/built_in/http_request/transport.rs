use std::net::SocketAddr;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::redirect::Policy;
use reqwest::{Client, Response};
use rustls::crypto::ring;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::BuilderVerifierExt as _;

use super::HttpRequestConfig;
use super::exchange_error::{exchange_failed, reason};
use super::request::Request;
use crate::HandlerError;

const USER_AGENT: &str = concat!("odd-dashboard/", env!("CARGO_PKG_VERSION"));

/// Sends requests to checked addresses only.
pub(super) struct Transport {
    connect_timeout: Duration,
    verified_tls: OnceLock<ClientConfig>,
}

impl Transport {
    pub(super) fn new(config: &HttpRequestConfig) -> Self {
        Self {
            connect_timeout: Duration::from_millis(config.connect_timeout_ms),
            verified_tls: OnceLock::new(),
        }
    }

    /// Sends a request and returns the response, whose body is not read yet. Dropping the response closes the connection.
    pub(super) async fn send(
        &self,
        request: &Request,
        addresses: Vec<SocketAddr>,
    ) -> Result<Response, HandlerError> {
        let client = self.client(request, addresses)?;
        let mut message = client
            .request(request.method.clone(), request.url.clone())
            .headers(request.headers.clone());
        if let Some(body) = &request.body {
            message = message.body(body.clone());
        }
        message
            .send()
            .await
            .map_err(|error| exchange_failed(&error, &request.origin()))
    }

    /// Creates a client for one exchange. It does not resolve names, follow redirects or use proxies: each would lead to an
    /// unchecked address.
    fn client(
        &self,
        request: &Request,
        addresses: Vec<SocketAddr>,
    ) -> Result<Client, HandlerError> {
        Client::builder()
            .tls_backend_preconfigured(self.tls(request)?)
            .dns_resolver(Arc::new(Pinned(addresses)))
            .redirect(Policy::none())
            .no_proxy()
            .referer(false)
            .pool_max_idle_per_host(0)
            .connect_timeout(self.connect_timeout)
            .user_agent(USER_AGENT)
            .build()
            .map_err(|error| {
                HandlerError::failed(format_args!(
                    "failed to create an HTTP client: {}",
                    reason(&error)
                ))
            })
    }

    /// Loads the system's trust anchors on first use, and not for plain HTTP: a system without any can still make plain requests.
    fn tls(&self, request: &Request) -> Result<ClientConfig, HandlerError> {
        if request.url.scheme() != "https" {
            return Ok(untrusting_tls());
        }
        if let Some(config) = self.verified_tls.get() {
            return Ok(config.clone());
        }
        // An error is not kept: a file may be unreadable for lack of descriptors only.
        let config = verified_tls()
            .map_err(|error| HandlerError::failed(format_args!("failed to set up TLS: {error}")))?;
        Ok(self.verified_tls.get_or_init(|| config).clone())
    }
}

fn builder() -> rustls::ConfigBuilder<ClientConfig, rustls::WantsVerifier> {
    ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring has cipher suites for TLS 1.2 and 1.3")
}

fn verified_tls() -> Result<ClientConfig, rustls::Error> {
    Ok(builder().with_platform_verifier()?.with_no_client_auth())
}

fn untrusting_tls() -> ClientConfig {
    builder()
        .with_root_certificates(RootCertStore::empty())
        .with_no_client_auth()
}

/// Resolves every name to the checked addresses.
struct Pinned(Vec<SocketAddr>);

impl Resolve for Pinned {
    fn resolve(&self, _name: Name) -> Resolving {
        let addresses: Addrs = Box::new(self.0.clone().into_iter());
        Box::pin(std::future::ready(Ok(addresses)))
    }
}
