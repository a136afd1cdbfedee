use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use odd_core::{Clock, Producers};
use rustls::ClientConfig;

/// How to reach a store.
#[derive(Clone)]
pub struct PostgresConfig {
    /// `postgresql://user:password@host:port/database?sslmode=verify-full`. `require` means the same: the certificate and
    /// the name in it are checked. Any other mode, or none, is without TLS.
    pub url: String,
    /// How the server's certificate is checked; without it, a URL that asks for TLS is refused. Default of
    /// [`PostgresConfig::new`]: none.
    pub tls: Option<Arc<ClientConfig>>,
    /// Who signs events.
    pub producers: Producers,
    /// Connections that change jobs. Default: 8.
    pub writers: usize,
    /// Connections for reading. Default: 4.
    pub readers: usize,
    /// Transactions of this process that accept submissions at the same time. Default: 1: what comes meanwhile makes up
    /// the next, and larger transactions cost less for each job.
    pub submit_lanes: usize,
    /// Longest statement. Default: 10 s.
    pub statement_timeout: Duration,
    /// Longest wait for a connection: to be made, or to become free. Default: 5 s.
    pub connect_timeout: Duration,
    /// Replaces the server's clock in tests.
    pub clock: Option<Arc<dyn Clock>>,
}

impl PostgresConfig {
    /// The usual settings.
    pub fn new(url: impl Into<String>, producers: Producers) -> Self {
        Self {
            url: url.into(),
            tls: None,
            producers,
            writers: 8,
            readers: 4,
            submit_lanes: 1,
            statement_timeout: Duration::from_secs(10),
            connect_timeout: Duration::from_secs(5),
            clock: None,
        }
    }
}

impl fmt::Debug for PostgresConfig {
    /// Without the URL, which may hold a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresConfig")
            .field("writers", &self.writers)
            .field("readers", &self.readers)
            .finish_non_exhaustive()
    }
}
