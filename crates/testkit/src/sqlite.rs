use std::sync::Arc;
use std::time::Duration;

use odd_bus_local::{Feed, LocalBus};
use odd_contracts::Producer;
use odd_core::Producers;
use odd_core::SystemClock;
use odd_core::ports::{Clock, EventBus, EventLog, JobReader, JobStore, StoreStatistics, Views};
use odd_store_sqlite::{SqliteConfig, SqliteStore};
use odd_views_embedded::EmbeddedViews;
use tempfile::TempDir;

/// An embedded back end in a temporary directory, which is deleted with it.
pub struct TestStore {
    /// Every port that changes jobs.
    pub store: Arc<dyn JobStore>,
    /// The store's read port.
    pub reader: Arc<dyn JobReader>,
    /// The store's event log.
    pub log: Arc<dyn EventLog>,
    /// The bus that follows `log`.
    pub bus: Arc<dyn EventBus>,
    /// Empty views; a test applies entries to them, or runs a metrics-engine.
    pub views: Arc<dyn Views>,
    /// The clock of the store.
    pub clock: Arc<dyn Clock>,
    /// Figures of the store.
    pub statistics: Arc<dyn StoreStatistics>,
    /// Holds the files.
    pub directory: TempDir,
    /// The adapter itself, for tests that close it and open the file again.
    pub sqlite: SqliteStore,
}

impl TestStore {
    /// Replaces the bus by one without entries in memory, as after a restart: its followers read the log, to its present end.
    #[must_use]
    pub fn with_empty_feed(self) -> Self {
        let bus = LocalBus::new(Feed::new(), self.log.clone());
        Self {
            bus: Arc::new(bus),
            ..self
        }
    }
}

/// Opens a new embedded back end with the system clock.
///
/// # Panics
/// If the temporary directory or the files cannot be created.
pub fn sqlite_store() -> TestStore {
    sqlite_store_with(Arc::new(SystemClock))
}

/// Opens a new embedded back end with the given clock.
///
/// # Panics
/// If the temporary directory or the files cannot be created.
pub fn sqlite_store_with(clock: Arc<dyn Clock>) -> TestStore {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let feed = Feed::new();
    let config = SqliteConfig {
        // A test advances its clock in long steps.
        longest_lease_step: Duration::MAX,
        ..SqliteConfig::new(directory.path().join("store.db"), producers())
    };
    let sqlite = SqliteStore::open(config, Arc::new(feed.clone()), clock.clone())
        .expect("a new store opens");
    let views = EmbeddedViews::open(&directory.path().join("views.db")).expect("new views open");
    let log: Arc<dyn EventLog> = Arc::new(sqlite.clone());
    TestStore {
        store: Arc::new(sqlite.clone()),
        reader: Arc::new(sqlite.clone()),
        statistics: Arc::new(sqlite.clone()),
        bus: Arc::new(LocalBus::new(feed, log.clone())),
        log,
        views: Arc::new(views),
        clock,
        directory,
        sqlite,
    }
}

/// Returns the producers of events in tests.
pub fn producers() -> Producers {
    let producer = |service: &str| Producer {
        service: service.into(),
        instance_id: "test".into(),
        version: env!("CARGO_PKG_VERSION").into(),
    };
    Producers {
        gateway: producer("gateway"),
        processor: producer("processor"),
    }
}
