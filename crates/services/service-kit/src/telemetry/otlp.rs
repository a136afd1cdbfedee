use std::collections::HashMap;
use std::time::Duration;

use async_trait::async_trait;
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{
    Protocol, RetryPolicy, SpanExporter, WithExportConfig as _, WithHttpConfig as _,
};
use tokio::runtime::Handle;

use super::sampler::TraceSampler;

/// Longest time of one export.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(10);

/// Longest response of a collector that is read.
const MAX_RESPONSE_BYTES: usize = 64 * 1024;

/// Where traces are sent, and which.
#[derive(Debug, Clone)]
pub struct TraceConfig {
    /// Base URL of the collector's OTLP interface over HTTP, such as `http://127.0.0.1:4318`.
    pub endpoint: String,
    /// Headers of every export, such as an API key.
    pub headers: HashMap<String, String>,
    /// Which traces are recorded.
    pub sampler: TraceSampler,
}

/// The endpoint is not a URL to which traces can be sent. It may contain a secret, so the message does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the endpoint must be an http or https URL")]
pub struct InvalidEndpoint;

impl TraceConfig {
    /// Returns the endpoint without its secrets, for messages.
    ///
    /// # Errors
    /// If it is not a URL to which traces can be sent.
    pub(super) fn origin(&self) -> Result<String, InvalidEndpoint> {
        let url = reqwest::Url::parse(&self.endpoint).map_err(|_| InvalidEndpoint)?;
        match url.scheme() {
            "http" | "https" if url.has_host() => Ok(url.origin().ascii_serialization()),
            _ => Err(InvalidEndpoint),
        }
    }
}

/// Creates an exporter that sends protobuf over HTTP. Must be called on a Tokio runtime, which carries its requests.
pub(super) fn exporter(config: &TraceConfig) -> Result<SpanExporter, InvalidEndpoint> {
    config.origin()?;
    let client = RuntimeClient::new();
    SpanExporter::builder()
        .with_http()
        .with_http_client(client)
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(traces_url(&config.endpoint))
        .with_headers(config.headers.clone())
        .with_timeout(EXPORT_TIMEOUT)
        // A collector that is unavailable for longer misses spans: there is nothing to wait for.
        .with_retry_policy(RetryPolicy::disabled())
        .build()
        .map_err(|_| InvalidEndpoint)
}

/// Returns the URL for traces below a base URL, as the specification of OTLP exporters says.
fn traces_url(endpoint: &str) -> String {
    format!("{}/v1/traces", endpoint.trim_end_matches('/'))
}

/// Sends requests on a Tokio runtime: the thread of the batch processor has none.
#[derive(Debug)]
struct RuntimeClient {
    client: reqwest::Client,
    runtime: Handle,
}

impl RuntimeClient {
    fn new() -> Self {
        // The first installation counts for the process; every role installs the same provider.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .pool_max_idle_per_host(1)
            .timeout(EXPORT_TIMEOUT)
            .build()
            .expect("a client with fixed options can be built");
        Self {
            client,
            runtime: Handle::current(),
        }
    }
}

#[async_trait]
impl HttpClient for RuntimeClient {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let sending = send(self.client.clone(), request);
        self.runtime.spawn(sending).await?
    }
}

async fn send(
    client: reqwest::Client,
    request: Request<Bytes>,
) -> Result<Response<Bytes>, HttpError> {
    let mut response = client.execute(request.try_into()?).await?;
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if body.len() + chunk.len() > MAX_RESPONSE_BYTES {
            return Err("the response is too long".into());
        }
        body.extend_from_slice(&chunk);
    }
    let mut answer = Response::builder().status(response.status());
    if let Some(headers) = answer.headers_mut() {
        *headers = std::mem::take(response.headers_mut());
    }
    Ok(answer.body(body.into())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traces_are_sent_to_the_path_of_the_specification() {
        for base in ["http://collector:4318", "http://collector:4318/"] {
            assert_eq!(traces_url(base), "http://collector:4318/v1/traces");
        }
        assert_eq!(traces_url("https://a/otlp/"), "https://a/otlp/v1/traces");
    }

    #[tokio::test]
    async fn only_http_urls_are_endpoints() {
        let config = |endpoint: &str| TraceConfig {
            endpoint: endpoint.into(),
            headers: HashMap::new(),
            sampler: TraceSampler::default(),
        };
        for endpoint in [
            "",
            "collector",
            "localhost:4318",
            "grpc://a:4317",
            "http://",
        ] {
            assert!(exporter(&config(endpoint)).is_err(), "{endpoint}");
        }
        assert!(exporter(&config("https://collector/otlp")).is_ok());
        let secret = config("https://user:secret@collector:4318/key").origin();
        assert_eq!(secret, Ok("https://collector:4318".to_owned()));
    }
}
