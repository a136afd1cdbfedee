use std::sync::Arc;

use odd_core::Clock;
use odd_core::ports::{EventSink, LogRecord};
use odd_private_servers::{DataRoot, Postgres};
use odd_store_postgres::PostgresConfig;
pub use odd_store_postgres::PostgresStore;
use tokio::sync::OnceCell;
use uuid::Uuid;

use crate::conformance::StoreFixture;
use crate::{ManualClock, producers};

/// A sink that drops everything.
struct DiscardingSink;

impl EventSink for DiscardingSink {
    fn committed(&self, _: Vec<LogRecord>) {}
}

/// Returns the server of this test process; it is stopped with the process.
async fn server() -> &'static Postgres {
    static SERVER: OnceCell<Postgres> = OnceCell::const_new();
    let start = || async {
        let started = tokio::task::spawn_blocking(|| Postgres::start(&DataRoot::temporary()?));
        started
            .await
            .expect("no panic")
            .unwrap_or_else(|error| panic!("PostgreSQL does not start: {error}"))
    };
    SERVER.get_or_init(start).await
}

/// Creates a database on a private server and returns its URL.
///
/// # Panics
/// If the server cannot be started or the database cannot be created.
pub async fn postgres_database() -> String {
    let url = server().await.url();
    let (client, connection) = tokio_postgres::connect(&url, tokio_postgres::NoTls)
        .await
        .expect("a ready server takes connections");
    let session = tokio::spawn(connection);
    let name = format!("t{}", Uuid::now_v7().simple());
    client
        .batch_execute(&format!("CREATE DATABASE {name}"))
        .await
        .expect("the role may make databases");
    drop(client);
    session.await.expect("no panic").expect("an orderly end");
    let (server, _) = url.rsplit_once('/').expect("the URL names a database");
    format!("{server}/{name}")
}

/// Opens a store with a new database on a private server and the given clock. Commits are passed to `sink`.
///
/// # Panics
/// If the server cannot be started or the store cannot be opened.
pub async fn postgres_store_with(clock: Arc<dyn Clock>, sink: Arc<dyn EventSink>) -> PostgresStore {
    postgres_store_at(postgres_database().await, clock, sink).await
}

/// Opens another store on a database of [`postgres_database`], as another process would.
///
/// # Panics
/// If the store cannot be opened.
pub async fn postgres_store_at(
    url: String,
    clock: Arc<dyn Clock>,
    sink: Arc<dyn EventSink>,
) -> PostgresStore {
    let mut config = PostgresConfig::new(url, producers());
    config.clock = Some(clock);
    PostgresStore::connect(config, sink)
        .await
        .expect("the store opens")
}

/// Opens a new store for the conformance suites.
///
/// # Panics
/// If the server cannot be started or the store cannot be opened.
pub async fn postgres_fixture() -> StoreFixture {
    let clock = Arc::new(ManualClock::default());
    let store = postgres_store_with(clock.clone(), Arc::new(DiscardingSink)).await;
    postgres_fixture_of(&store, clock)
}

/// Wraps a store of [`postgres_store_with`] that uses `clock` as a fixture.
pub fn postgres_fixture_of(store: &PostgresStore, clock: Arc<ManualClock>) -> StoreFixture {
    StoreFixture {
        store: Arc::new(store.clone()),
        work: Arc::new(store.clone()),
        reader: Arc::new(store.clone()),
        log: Arc::new(store.clone()),
        statistics: Arc::new(store.clone()),
        clock,
        keep: Box::new(()),
    }
}
