use std::sync::Arc;
use std::time::Duration;

use crate::{Dependency, Tokens};

/// How an HTTP interface guards itself.
#[derive(Debug, Clone, Default)]
pub struct HttpConfig {
    /// Bounds on sizes, times and numbers.
    pub limits: HttpLimits,
    /// Who may call; anybody when absent.
    pub tokens: Option<Arc<Tokens>>,
    /// Web origins whose pages may call, such as `http://localhost:5173`. The service's own origin always may.
    pub allowed_origins: Vec<String>,
    /// Host names by which the service may be called beside `localhost` and IP addresses.
    pub allowed_hosts: Vec<String>,
    /// Accepts every `Host`; for listeners that are open on purpose. Irrelevant when there are tokens.
    pub any_host: bool,
    /// What `/readyz` asks about beside what the role itself uses.
    pub dependencies: Vec<Dependency>,
}

/// Bounds on sizes, times and numbers.
#[derive(Debug, Clone)]
pub struct HttpLimits {
    /// Open connections; 64 more may ask about health. Default 4,096.
    pub max_connections: usize,
    /// Requests being answered; more get 429. Default 1,024.
    pub max_in_flight: usize,
    /// Longest wait for a complete request head, on an idle connection too. Default 10 s.
    pub header_read_timeout: Duration,
    /// Longest wait for a complete body. Default 30 s.
    pub body_read_timeout: Duration,
    /// Bytes of request bodies above 64 KiB that are held at once; more get 429. Default 128 MiB.
    pub body_budget_bytes: usize,
    /// Longest wait for the client to take more of an answer or a stream. Default 30 s.
    pub write_timeout: Duration,
    /// Largest request head. Default 32 KiB.
    pub max_header_bytes: usize,
    /// How long requests may take to finish after shutdown began. Default 10 s.
    pub drain_grace: Duration,
}

impl Default for HttpLimits {
    fn default() -> Self {
        Self {
            max_connections: 4_096,
            max_in_flight: 1_024,
            header_read_timeout: Duration::from_secs(10),
            body_read_timeout: Duration::from_secs(30),
            body_budget_bytes: 128 * 1024 * 1024,
            write_timeout: Duration::from_secs(30),
            max_header_bytes: 32 * 1024,
            drain_grace: Duration::from_secs(10),
        }
    }
}
