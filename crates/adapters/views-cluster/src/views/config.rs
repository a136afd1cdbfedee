use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// Connection settings of the views.
#[derive(Clone)]
pub struct RedisConfig {
    /// `redis://` or, with TLS, `rediss://`; may contain a user and a password.
    pub url: String,
    /// File of trusted certificate authorities, in PEM. Default: those of the operating system.
    pub ca_file: Option<PathBuf>,
    /// Prefix of all keys. Default: `odd:views:`. It is put in braces, so that a Redis Cluster keeps the keys on one node.
    pub prefix: String,
    /// Longest duration of one call. Default: 5 s.
    pub time_limit: Duration,
}

impl RedisConfig {
    /// Creates the default settings for the server at `url`.
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
        // The URL may contain a password.
        f.debug_struct("RedisConfig")
            .field("prefix", &self.prefix)
            .field("time_limit", &self.time_limit)
            .finish_non_exhaustive()
    }
}
