use odd_core::ports::{EventSink, Recorded};
use odd_store_postgres::{PostgresConfig, PostgresStore};
use odd_testkit::ManualClock;
use odd_testkit::conformance::StoreFixture;
use std::sync::Arc;

struct Nobody;
impl EventSink for Nobody {
    fn committed(&self, _: Vec<Recorded>) {}
}

pub(crate) async fn fixture() -> StoreFixture {
    let clock = Arc::new(ManualClock::default());
    let name = format!("t{}", uuid::Uuid::now_v7().simple());
    let (client, connection) = tokio_postgres::connect(
        "postgresql://observatory@127.0.0.1:55432/observatory",
        tokio_postgres::NoTls,
    )
    .await
    .expect("connects");
    tokio::spawn(connection);
    client
        .batch_execute(&format!("CREATE DATABASE {name}"))
        .await
        .expect("creates");
    let mut config = PostgresConfig::new(
        format!("postgresql://observatory@127.0.0.1:55432/{name}"),
        odd_testkit::producers(),
    );
    config.clock = Some(clock.clone());
    let store = PostgresStore::connect(config, Arc::new(Nobody))
        .await
        .expect("opens");
    StoreFixture {
        store: Arc::new(store.clone()),
        reader: Arc::new(store.clone()),
        log: Arc::new(store),
        clock,
        keep: Box::new(()),
    }
}
