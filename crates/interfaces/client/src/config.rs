use std::fmt;
use std::time::Duration;

use reqwest::Url;

/// Where the observatory is and how to speak to it.
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
    /// Longest wait for a complete answer; the live stream is exempt.
    pub request_timeout: Duration,
}

/// The secret half of an API token. Never shown.
#[derive(Clone)]
pub struct Token(String);

impl Token {
    /// Wraps a secret.
    pub fn new(secret: String) -> Self {
        Self(secret)
    }

    /// The secret, for whoever sends requests without this client.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}
