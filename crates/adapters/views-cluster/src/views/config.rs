use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// Where the views are and how long to wait for them.
#[derive(Clone)]
pub struct RedisConfig {
    /// `redis://` or, with TLS, `rediss://`; may hold a user and a password.
    pub url: String,
    /// The authorities that vouch for the server, in PEM: those of the operating system.
    pub ca_file: Option<PathBuf>,
    /// What the names of all keys begin with: `odd:views:`. Put in braces, so that a Redis Cluster keeps them
    /// together.
    pub prefix: String,
    /// How long one call may take: 5 s.
    pub time_limit: Duration,
}

impl RedisConfig {
    /// The defaults for the server at `url`.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            ca_file: None,
            prefix: "odd:views:".into(),
            time_limit: Duration::from_secs(5),
        }
    }
}

impl fmt::Debug for RedisConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URL may hold a password.
        f.debug_struct("RedisConfig")
            .field("prefix", &self.prefix)
            .field("time_limit", &self.time_limit)
            .finish_non_exhaustive()
    }
}
