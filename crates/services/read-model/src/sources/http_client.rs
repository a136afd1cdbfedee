use std::time::Duration;

use reqwest::StatusCode;

/// Asks neighbours over HTTP. Knows no proxy, follows no redirect, and reads no more than it was told to.
#[derive(Debug, Clone)]
pub(crate) struct HttpClient(reqwest::Client);

/// What a neighbour answered.
#[derive(Debug, Clone)]
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Vec<u8>,
}

/// Why there is no answer; for people.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum AskError {
    #[error("no answer within {0:?}")]
    TimedOut(Duration),
    #[error("cannot connect")]
    Unreachable,
    #[error("the answer is longer than {0} bytes")]
    TooLong(usize),
    #[error("the answer broke off or is not HTTP")]
    Broken,
}

impl HttpClient {
    /// A client with its own connections.
    pub(crate) fn new() -> Self {
        // The first to come decides for the process; every role brings the same provider.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .pool_max_idle_per_host(2)
            .build()
            .expect("a client without options from outside can be built");
        Self(client)
    }

    /// `GET url` within `timeout`, with at most `max_bytes` of body.
    pub(super) async fn get(
        &self,
        url: &str,
        timeout: Duration,
        max_bytes: usize,
    ) -> Result<Answer, AskError> {
        match tokio::time::timeout(timeout, self.fetch(url, max_bytes)).await {
            Ok(answer) => answer,
            Err(_) => Err(AskError::TimedOut(timeout)),
        }
    }

    async fn fetch(&self, url: &str, max_bytes: usize) -> Result<Answer, AskError> {
        let request = self.0.get(url).header("accept", "application/json");
        let mut response = request.send().await.map_err(|error| {
            if error.is_connect() || error.is_builder() {
                AskError::Unreachable
            } else {
                AskError::Broken
            }
        })?;
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|_| AskError::Broken)? {
            if body.len() + chunk.len() > max_bytes {
                return Err(AskError::TooLong(max_bytes));
            }
            body.extend_from_slice(&chunk);
        }
        Ok(Answer {
            status: response.status(),
            body,
        })
    }
}
