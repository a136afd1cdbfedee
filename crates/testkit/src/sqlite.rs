use std::sync::Arc;

use odd_bus_local::{Feed, LocalBus};
use odd_contracts::Producer;
use odd_core::Producers;
use odd_core::SystemClock;
use odd_core::ports::{Clock, EventBus, EventLog, JobReader, JobStore, Views};
use odd_store_sqlite::{SqliteConfig, SqliteStore};
use odd_views_embedded::EmbeddedViews;
use tempfile::TempDir;

/// A whole embedded back end in a temporary directory, which goes away with it.
pub struct TestStore {
    /// The store's writing side.
    pub store: Arc<dyn JobStore>,
    /// The store's reading side.
    pub reader: Arc<dyn JobReader>,
    /// Its event log.
    pub log: Arc<dyn EventLog>,
    /// The bus over it.
    pub bus: Arc<dyn EventBus>,
    /// Views beside it; a test folds entries in itself, or runs a metrics-engine.
    pub views: Arc<dyn Views>,
    /// The clock of the store.
    pub clock: Arc<dyn Clock>,
    /// Holds the files.
    pub directory: TempDir,
    /// The adapter itself, to be closed by tests that open the file again.
    pub sqlite: SqliteStore,
}

/// A fresh embedded back end with the machine's clock.
///
/// # Panics
/// When the temporary directory or the files cannot be made.
pub fn sqlite_store() -> TestStore {
    sqlite_store_with(Arc::new(SystemClock))
}

/// A fresh embedded back end with a clock of the test's own.
///
/// # Panics
/// When the temporary directory or the files cannot be made.
pub fn sqlite_store_with(clock: Arc<dyn Clock>) -> TestStore {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let feed = Feed::new();
    let config = SqliteConfig::new(directory.path().join("store.db"), producers());
    let sqlite = SqliteStore::open(config, Arc::new(feed.clone()), clock.clone())
        .expect("a fresh store opens");
    let views = EmbeddedViews::open(&directory.path().join("views.db")).expect("fresh views open");
    let log: Arc<dyn EventLog> = Arc::new(sqlite.clone());
    TestStore {
        store: Arc::new(sqlite.clone()),
        reader: Arc::new(sqlite.clone()),
        bus: Arc::new(LocalBus::new(feed, log.clone())),
        log,
        views: Arc::new(views),
        clock,
        directory,
        sqlite,
    }
}

/// Who signs events in tests.
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
