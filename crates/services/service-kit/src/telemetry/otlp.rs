use std::fmt;
use std::time::Duration;

use async_trait::async_trait;
use axum::http::header::{CONTENT_ENCODING, CONTENT_TYPE, USER_AGENT};
use axum::http::{HeaderMap, Uri};
use opentelemetry_http::{Bytes, HttpClient, HttpError, Request, Response};
use opentelemetry_otlp::{
    ExporterBuildError, Protocol, RetryPolicy, SpanExporter, WithExportConfig as _,
    WithHttpConfig as _,
};
use tokio::runtime::Handle;

use super::rejections::Rejections;
use super::sampler::TraceSampler;
use super::trace_headers::TraceHeaders;

/// Longest time of one export.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(10);

/// Longest response of a collector that is read.
const MAX_RESPONSE_BYTES: usize = 64 * 1024;

/// Where traces are sent, and which. Debug output contains no secret.
#[derive(Clone)]
pub struct TraceConfig {
    /// Base URL of the collector's OTLP interface over HTTP, such as `http://127.0.0.1:4318`.
    pub endpoint: String,
    /// Headers of every export, such as an API key.
    pub headers: TraceHeaders,
    /// Which traces are recorded.
    pub sampler: TraceSampler,
}

/// Why spans cannot be recorded. No message contains the endpoint or a header, which may be secrets.
#[derive(Debug, thiserror::Error)]
pub enum TracerError {
    /// The endpoint is not a URL to which traces can be sent.
    #[error("the endpoint must be an http or https URL")]
    Endpoint,
    /// There is no HTTP client, for example because the certificate authorities of the system cannot be read.
    #[error("the HTTP client for traces cannot be created")]
    Client(#[source] reqwest::Error),
    /// The exporter cannot be created.
    #[error("the exporter of traces cannot be created")]
    Exporter(#[source] ExporterBuildError),
}

impl TraceConfig {
    /// Returns the endpoint without its secrets, for messages.
    ///
    /// # Errors
    /// If it is not a URL to which traces can be sent.
    pub(super) fn origin(&self) -> Result<String, TracerError> {
        let url = reqwest::Url::parse(&self.endpoint).map_err(|_| TracerError::Endpoint)?;
        let is_uri = traces_url(&self.endpoint).parse::<Uri>().is_ok();
        match url.scheme() {
            "http" | "https" if url.has_host() && is_uri => Ok(url.origin().ascii_serialization()),
            _ => Err(TracerError::Endpoint),
        }
    }
}

impl fmt::Debug for TraceConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TraceConfig")
            .field("endpoint", &self.origin().ok())
            .field("headers", &self.headers)
            .field("sampler", &self.sampler)
            .finish()
    }
}

/// Creates an exporter that sends protobuf over HTTP, and notes what the collector rejects in an otherwise accepted export. Must
/// be called on a Tokio runtime, which carries its requests.
pub(super) fn exporter(
    config: &TraceConfig,
    rejections: Rejections,
) -> Result<SpanExporter, TracerError> {
    config.origin()?;
    let client = RuntimeClient::new(&config.headers, rejections)?;
    SpanExporter::builder()
        .with_http()
        .with_http_client(client)
        .with_protocol(Protocol::HttpBinary)
        .with_endpoint(traces_url(&config.endpoint))
        .with_timeout(EXPORT_TIMEOUT)
        // A collector that is unavailable for longer misses spans: there is nothing to wait for.
        .with_retry_policy(RetryPolicy::disabled())
        .build()
        .map_err(TracerError::Exporter)
}

/// Returns the URL for traces below a base URL, as the specification of OTLP exporters says.
fn traces_url(endpoint: &str) -> String {
    format!("{}/v1/traces", endpoint.trim_end_matches('/'))
}

/// Sends requests on a Tokio runtime: the thread of the batch processor has none.
#[derive(Debug)]
struct RuntimeClient {
    client: reqwest::Client,
    headers: HeaderMap,
    runtime: Handle,
    rejections: Rejections,
}

impl RuntimeClient {
    fn new(headers: &TraceHeaders, rejections: Rejections) -> Result<Self, TracerError> {
        // The first installation counts for the process; every role installs the same provider.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .pool_max_idle_per_host(1)
            .timeout(EXPORT_TIMEOUT)
            .build()
            .map_err(TracerError::Client)?;
        Ok(Self {
            client,
            headers: headers.as_map().clone(),
            runtime: Handle::current(),
            rejections,
        })
    }
}

#[async_trait]
impl HttpClient for RuntimeClient {
    async fn send_bytes(&self, request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let (mut parts, body) = request.into_parts();
        // The exporter also adds headers from environment variables, which were not checked.
        let mut headers = self.headers.clone();
        for name in [CONTENT_ENCODING, CONTENT_TYPE, USER_AGENT] {
            if let Some(value) = parts.headers.remove(&name) {
                headers.insert(name, value);
            }
        }
        parts.headers = headers;
        let sending = send(self.client.clone(), Request::from_parts(parts, body));
        let response = self.runtime.spawn(sending).await??;
        if response.status().is_success() {
            self.rejections.note(response.body());
        }
        Ok(response)
    }
}

async fn send(
    client: reqwest::Client,
    request: Request<Bytes>,
) -> Result<Response<Bytes>, HttpError> {
    let (parts, body) = request.into_parts();
    // The builder sends the user and the password of the URL as a header; headers of the configuration replace it.
    let sending = client
        .request(parts.method, parts.uri.to_string())
        .headers(parts.headers)
        .body(body)
        .send();
    let mut response = sending.await.map_err(reqwest::Error::without_url)?;
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

    fn config(endpoint: &str) -> TraceConfig {
        TraceConfig {
            endpoint: endpoint.into(),
            headers: TraceHeaders::parse(["api-key=marker"]).expect("valid"),
            sampler: TraceSampler::default(),
        }
    }

    #[tokio::test]
    async fn only_http_urls_are_endpoints() {
        for endpoint in [
            "",
            "collector",
            "localhost:4318",
            "grpc://a:4317",
            "http://",
            "http://a b:4318",
        ] {
            let error = exporter(&config(endpoint), Rejections::default()).err();
            assert!(matches!(error, Some(TracerError::Endpoint)), "{endpoint}");
        }
        assert!(exporter(&config("https://collector/otlp"), Rejections::default()).is_ok());
    }

    #[test]
    fn secrets_of_the_endpoint_and_of_headers_are_not_shown() {
        let config = config("https://user:marker@collector:4318/marker");
        let origin = config.origin().expect("valid");
        assert_eq!(origin, "https://collector:4318");
        let shown = format!("{config:?}");
        assert!(shown.contains(&origin), "{shown}");
        assert!(!shown.contains("marker"), "{shown}");
    }
}
