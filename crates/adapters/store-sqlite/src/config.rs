use std::path::PathBuf;
use std::time::Duration;

use odd_core::Producers;

/// Settings of a store.
#[derive(Debug, Clone)]
pub struct SqliteConfig {
    /// The data file; created if it does not exist.
    pub path: PathBuf,
    /// The producers of the events that the store appends.
    pub producers: Producers,
    /// Number of read-only connections. 4 by default ([`SqliteConfig::new`]).
    pub readers: usize,
    /// The longest time between two transactions that counts for leases. If more time passed, the process was paused, and its
    /// workers with it. 10 s by default, twice the interval at which a processor ends expired leases.
    pub longest_lease_step: Duration,
}

impl SqliteConfig {
    /// Creates the default settings for a data file.
    pub fn new(path: impl Into<PathBuf>, producers: Producers) -> Self {
        Self {
            path: path.into(),
            producers,
            readers: 4,
            longest_lease_step: Duration::from_secs(10),
        }
    }
}
