use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// Connection settings of the archive, and how long it retains data.
#[derive(Clone)]
pub struct MongoConfig {
    /// `mongodb://`; may contain a user, a password, and `tls=true`.
    pub url: String,
    /// File of trusted certificate authorities, in PEM. `tlsCAFile` in the URL takes precedence. Default: Mozilla's
    /// authorities, which the driver includes.
    pub ca_file: Option<PathBuf>,
    /// Name of the database, unless the URL names one. Default: `observatory`.
    pub database: String,
    /// How long events are retained, and jobs after they finished. Everything is retained if this is absent or the server
    /// does not support expiry. Default: 30 days.
    pub retention: Option<Duration>,
    /// Whether the server is FerretDB, which needs other commands in some cases. Default: the server is queried.
    pub is_ferretdb: Option<bool>,
    /// Longest duration of one call. Default: 10 s.
    pub time_limit: Duration,
}

impl MongoConfig {
    /// Creates the default settings for the server at `url`.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            ca_file: None,
            database: "observatory".into(),
            retention: Some(Duration::from_secs(30 * 24 * 60 * 60)),
            is_ferretdb: None,
            time_limit: Duration::from_secs(10),
        }
    }
}

impl fmt::Debug for MongoConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URL may contain a password.
        f.debug_struct("MongoConfig")
            .field("database", &self.database)
            .field("retention", &self.retention)
            .field("time_limit", &self.time_limit)
            .finish_non_exhaustive()
    }
}
