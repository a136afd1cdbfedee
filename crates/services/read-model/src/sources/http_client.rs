use std::time::Duration;

use reqwest::{RequestBuilder, StatusCode};

/// Requests data from other services. Uses no proxy, follows no redirects, and limits the size of responses.
#[derive(Debug, Clone)]
pub(crate) struct HttpClient(reqwest::Client);

/// A response.
#[derive(Debug, Clone)]
pub(super) struct Response {
    pub(super) status: StatusCode,
    pub(super) body: Vec<u8>,
}

/// Why there is no response. The messages are shown to users.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum RequestError {
    #[error("no response within {0:?}")]
    TimedOut(Duration),
    #[error("cannot connect")]
    Unreachable,
    #[error("the response is longer than {0} bytes")]
    TooLong(usize),
    #[error("the response is incomplete or not HTTP")]
    Broken,
}

impl HttpClient {
    /// Creates a client with its own connection pool.
    pub(crate) fn new() -> Self {
        // The first installation counts for the process; every role installs the same provider.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .pool_max_idle_per_host(2)
            .build()
            .expect("a client with fixed options can be built");
        Self(client)
    }

    /// Sends `GET url`. The response must arrive within `timeout`, with at most `max_bytes` of body.
    pub(super) async fn get(
        &self,
        url: &str,
        timeout: Duration,
        max_bytes: usize,
    ) -> Result<Response, RequestError> {
        self.send(self.0.get(url), timeout, max_bytes).await
    }

    /// Sends `POST url` with JSON; otherwise like [`HttpClient::get`].
    pub(super) async fn post(
        &self,
        url: &str,
        body: &serde_json::Value,
        timeout: Duration,
        max_bytes: usize,
    ) -> Result<Response, RequestError> {
        self.send(self.0.post(url).json(body), timeout, max_bytes)
            .await
    }

    /// Sends `DELETE url`; otherwise like [`HttpClient::get`].
    pub(super) async fn delete(
        &self,
        url: &str,
        timeout: Duration,
        max_bytes: usize,
    ) -> Result<Response, RequestError> {
        self.send(self.0.delete(url), timeout, max_bytes).await
    }

    async fn send(
        &self,
        request: RequestBuilder,
        timeout: Duration,
        max_bytes: usize,
    ) -> Result<Response, RequestError> {
        match tokio::time::timeout(timeout, Self::exchange(request, max_bytes)).await {
            Ok(answer) => answer,
            Err(_) => Err(RequestError::TimedOut(timeout)),
        }
    }

    async fn exchange(request: RequestBuilder, max_bytes: usize) -> Result<Response, RequestError> {
        let request = request.header("accept", "application/json");
        let mut response = request.send().await.map_err(|error| {
            if error.is_connect() || error.is_builder() {
                RequestError::Unreachable
            } else {
                RequestError::Broken
            }
        })?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| RequestError::Broken)? {
            if body.len() + chunk.len() > max_bytes {
                return Err(RequestError::TooLong(max_bytes));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Response {
            status: response.status(),
            body,
        })
    }
}
