use std::sync::Arc;
use std::time::Duration;

use crate::{Dependency, Drills, Tokens};

/// Limits and access rules of an HTTP interface.
#[derive(Debug, Clone, Default)]
pub struct HttpConfig {
    /// Bounds on sizes, times and counts.
    pub limits: HttpLimits,
    /// Tokens of the callers. Without them, no token is required.
    pub tokens: Option<Arc<Tokens>>,
    /// Web origins whose pages may send requests, such as `http://localhost:5173`. The origin of the service is always
    /// allowed.
    pub allowed_origins: Vec<String>,
    /// Host names of the service in addition to `localhost` and IP addresses.
    pub allowed_hosts: Vec<String>,
    /// Accepts every `Host`, for listeners that are deliberately open. Has no effect if tokens are configured.
    pub any_host: bool,
    /// Dependencies that `/readyz` checks in addition to those of the role.
    pub dependencies: Vec<Dependency>,
    /// The faults that a drill can start. Default: drills are not allowed.
    pub drills: Drills,
}

/// Bounds on sizes, times and counts.
#[derive(Debug, Clone)]
pub struct HttpLimits {
    /// Largest number of open connections; 64 more may send health requests. Default 4,096.
    pub max_connections: usize,
    /// Largest number of requests in flight; more get 429. Default 1,024.
    pub max_in_flight: usize,
    /// Longest wait for a complete request head, also on an idle connection. Default 75 s: longer than load balancers keep
    /// idle connections, which would otherwise send a request to a connection that is being closed.
    pub header_read_timeout: Duration,
    /// Longest wait for a complete body. Default 30 s.
    pub body_read_timeout: Duration,
    /// Memory for request bodies above 64 KiB, in bytes; more get 429. Default 128 MiB.
    pub body_budget_bytes: usize,
    /// Longest wait for the client to read more of a response or a stream. Default 30 s.
    pub write_timeout: Duration,
    /// Largest request head, in bytes. Default 32 KiB.
    pub max_header_bytes: usize,
    /// How long requests may still run after shutdown starts. Default 10 s.
    pub drain_grace: Duration,
}

/// How long a connection may be idle.
pub const DEFAULT_KEEP_ALIVE: Duration = Duration::from_secs(75);

impl Default for HttpLimits {
    fn default() -> Self {
        Self {
            max_connections: 4_096,
            max_in_flight: 1_024,
            header_read_timeout: DEFAULT_KEEP_ALIVE,
            body_read_timeout: Duration::from_secs(30),
            body_budget_bytes: 128 * 1024 * 1024,
            write_timeout: Duration::from_secs(30),
            max_header_bytes: 32 * 1024,
            drain_grace: Duration::from_secs(10),
        }
    }
}
