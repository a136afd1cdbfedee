use serde::Deserialize;

use super::AllowRule;

/// What `http.request` may reach, and how much of an answer it keeps.
#[derive(Debug, Clone, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct HttpRequestConfig {
    /// Exceptions from the rule that only public addresses are reached. Default: none.
    pub allow: Vec<AllowRule>,
    /// Ports that may be reached; a rule that names a port adds to them. Default: 80, 443, 8080, 8443.
    pub ports: Vec<u16>,
    /// What is kept of an answer's body, in bytes. Default: 1 MiB.
    pub max_response_bytes: usize,
    /// How long to wait for a connection, in milliseconds. Default: 10,000.
    pub connect_timeout_ms: u64,
}

impl Default for HttpRequestConfig {
    fn default() -> Self {
        Self {
            allow: Vec::new(),
            ports: vec![80, 443, 8080, 8443],
            max_response_bytes: 1024 * 1024,
            connect_timeout_ms: 10_000,
        }
    }
}
