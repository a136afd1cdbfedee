use std::path::PathBuf;

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
}

impl SqliteConfig {
    /// Creates the default settings for a data file.
    pub fn new(path: impl Into<PathBuf>, producers: Producers) -> Self {
        Self {
            path: path.into(),
            producers,
            readers: 4,
        }
    }
}
