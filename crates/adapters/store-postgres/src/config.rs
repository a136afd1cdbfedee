use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use odd_core::{Clock, Producers};
use rustls::ClientConfig;

/// Settings of a [`PostgresStore`](crate::PostgresStore).
#[derive(Clone)]
pub struct PostgresConfig {
    /// `postgresql://user:password@host:port/database?sslmode=verify-full`. `require` is an alias of `verify-full`: the
    /// certificate and the name in it are checked. Any other mode, or none, does not use TLS.
    pub url: String,
    /// The certificates that are trusted; without them, a URL with TLS is refused. Default: none.
    pub tls: Option<Arc<ClientConfig>>,
    /// The producers that events are recorded with.
    pub producers: Producers,
    /// Size of the connection pool for changes. Default: 8.
    pub writers: usize,
    /// Size of the connection pool for reads. Default: 4.
    pub readers: usize,
    /// Concurrent transactions of this process that store submissions. Default: 1. Submissions that arrive during a
    /// transaction share the next one, and large transactions cost less per job.
    pub submit_lanes: usize,
    /// Longest statement. Default: 10 s.
    pub statement_timeout: Duration,
    /// Longest wait for a connection to be established or to become free. Default: 5 s.
    pub connect_timeout: Duration,
    /// Pause between attempts to lock the tables that an upgrade of the schema changes. Default: 10 s.
    pub upgrade_pause: Duration,
    /// Replaces the server's clock in tests.
    pub clock: Option<Arc<dyn Clock>>,
}

impl PostgresConfig {
    /// Returns the default settings, without TLS.
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
            upgrade_pause: Duration::from_secs(10),
            clock: None,
        }
    }
}

impl fmt::Debug for PostgresConfig {
    /// Leaves out the URL, which may contain a password.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PostgresConfig")
            .field("writers", &self.writers)
            .field("readers", &self.readers)
            .finish_non_exhaustive()
    }
}
