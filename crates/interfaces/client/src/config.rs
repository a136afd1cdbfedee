use std::fmt;
use std::time::Duration;

use reqwest::Url;

/// The URLs, the token and the time limits of a client.
#[derive(Debug, Clone)]
pub struct ClientConfig {
    /// Base URL of the gateway.
    pub gateway_url: Url,
    /// Base URL of the read-model.
    pub read_model_url: Url,
    /// Sent as a bearer token with every request.
    pub token: Option<Token>,
    /// Longest wait for a connection.
    pub connect_timeout: Duration,
    /// Longest wait for a complete answer. Event streams have no such limit.
    pub request_timeout: Duration,
}

/// The secret of an API token. `Debug` does not show it.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// Wraps a secret.
    pub fn new(secret: String) -> Self {
        Self(secret)
    }

    /// Returns the secret, for code that sends requests without this client.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}
