use std::fmt;
use std::path::PathBuf;
use std::time::Duration;

/// Where the archive is, and how long it keeps what.
#[derive(Clone)]
pub struct MongoConfig {
    /// `mongodb://`; may hold a user, a password, and `tls=true`.
    pub url: String,
    /// The authorities that vouch for the server, in PEM, unless the URL names others with `tlsCAFile`: those that the
    /// driver knows, which are Mozilla's.
    pub ca_file: Option<PathBuf>,
    /// The database, unless the URL names one: `observatory`.
    pub database: String,
    /// How long events are kept, and terminal jobs after they finished; for good when absent, or when the server
    /// knows no expiry: 30 days.
    pub keep: Option<Duration>,
    /// Whether the server is FerretDB, for which some things have to be said in another way. Default: it is asked.
    pub is_ferretdb: Option<bool>,
    /// How long one call may take: 10 s.
    pub time_limit: Duration,
}

impl MongoConfig {
    /// The defaults for the server at `url`.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            ca_file: None,
            database: "observatory".into(),
            keep: Some(Duration::from_secs(30 * 24 * 60 * 60)),
            is_ferretdb: None,
            time_limit: Duration::from_secs(10),
        }
    }
}

impl fmt::Debug for MongoConfig {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // The URL may hold a password.
        f.debug_struct("MongoConfig")
            .field("database", &self.database)
            .field("keep", &self.keep)
            .field("time_limit", &self.time_limit)
            .finish_non_exhaustive()
    }
}
