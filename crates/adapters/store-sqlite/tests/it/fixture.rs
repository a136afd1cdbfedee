//! Stores in directories of their own.

use std::path::Path;
use std::sync::Arc;

use odd_contracts::JobId;
use odd_core::ports::{EventSink, LogRecord, StoreError};
use odd_store_sqlite::{SqliteConfig, SqliteStore};
use odd_testkit::conformance::StoreFixture;
use odd_testkit::{ManualClock, producers};
use tempfile::TempDir;

struct NoSubscribers;

impl EventSink for NoSubscribers {
    fn committed(&self, _: Vec<LogRecord>) {}
}

pub(crate) fn try_open(path: &Path, clock: &Arc<ManualClock>) -> Result<SqliteStore, StoreError> {
    let config = SqliteConfig::new(path, producers());
    SqliteStore::open(config, Arc::new(NoSubscribers), clock.clone())
}

/// Opens a store in `directory` and returns it with a fixture that uses it.
pub(crate) fn open(
    directory: &Arc<TempDir>,
    clock: &Arc<ManualClock>,
) -> (SqliteStore, StoreFixture) {
    let sqlite = try_open(&directory.path().join("store.db"), clock).expect("opens");
    let fixture = StoreFixture {
        store: Arc::new(sqlite.clone()),
        work: Arc::new(sqlite.clone()),
        reader: Arc::new(sqlite.clone()),
        log: Arc::new(sqlite.clone()),
        statistics: Arc::new(sqlite.clone()),
        clock: clock.clone(),
        keep: Box::new(directory.clone()),
    };
    (sqlite, fixture)
}

pub(crate) fn empty_directory() -> (Arc<TempDir>, Arc<ManualClock>) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    (Arc::new(directory), Arc::new(ManualClock::default()))
}

pub(crate) async fn some_jobs(f: &StoreFixture) -> Vec<JobId> {
    let text =
        r#"{"type":"work","payload":{"a":1},"tags":["t"],"metadata":{"k":"v"},"uniqueKey":"u"}"#;
    let delayed = f.submit(r#"{"type":"work","delayMs":1000}"#).await;
    let failed = f.failed_job().await;
    vec![f.submit(text).await, delayed, failed]
}

/// Copies the files that a process would leave if it was killed now.
pub(crate) fn crash_copy(directory: &Arc<TempDir>) -> Arc<TempDir> {
    let copy = tempfile::tempdir().expect("a temporary directory");
    for name in ["store.db", "store.db-wal"] {
        std::fs::copy(directory.path().join(name), copy.path().join(name)).expect("copies");
    }
    Arc::new(copy)
}
