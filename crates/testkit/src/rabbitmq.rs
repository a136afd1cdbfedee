use std::sync::Arc;

use odd_bus_local::{Feed, LocalBus};
use odd_bus_rabbitmq::{BrokerConfig, EventConsumer, EventQueue, Publisher};
use odd_private_servers::{DataRoot, RabbitMq};
use tokio::sync::OnceCell;
use tokio_util::task::AbortOnDropHandle;
use uuid::Uuid;

use crate::conformance::StoreFixture;
use crate::conformance::bus::BusFixture;
use crate::postgres::postgres_store_with;
use crate::{ManualClock, producers};

/// Returns the server of this test process; it is stopped with the process.
async fn server() -> &'static RabbitMq {
    static SERVER: OnceCell<RabbitMq> = OnceCell::const_new();
    let start = || async {
        let started = tokio::task::spawn_blocking(|| RabbitMq::start(&DataRoot::temporary()?));
        started
            .await
            .expect("no panic")
            .unwrap_or_else(|error| panic!("RabbitMQ does not start: {error}"))
    };
    SERVER.get_or_init(start).await
}

/// Creates a virtual host on a private server and returns a configuration with all permissions.
///
/// # Panics
/// If the server cannot be started or the host cannot be created.
pub async fn rabbitmq_host() -> BrokerConfig {
    let server = server().await;
    let host = format!("t{}", Uuid::now_v7().simple());
    let name = host.clone();
    let made = tokio::task::spawn_blocking(move || server.add_virtual_host(&name));
    made.await
        .expect("no panic")
        .unwrap_or_else(|error| panic!("no virtual host: {error}"));
    let url = server.url();
    let (server, _) = url.rsplit_once('/').expect("the URL names a host");
    BrokerConfig::new(format!("{server}/{host}"), producers().processor)
}

/// Opens a store on PostgreSQL whose events are sent through RabbitMQ to a bus.
///
/// # Panics
/// If a server cannot be started.
pub async fn rabbitmq_fixture() -> BusFixture {
    let config = rabbitmq_host().await;
    let clock = Arc::new(ManualClock::default());
    let (publisher, task) = Publisher::new();
    let store = postgres_store_with(clock.clone(), Arc::new(publisher.clone())).await;
    let log = Arc::new(store.clone());
    let feed = Feed::new();
    let queue = EventQueue::Exclusive(format!("read-model.{}", Uuid::now_v7()));
    let consumer = EventConsumer::new(config.clone(), queue, log.clone(), Arc::new(feed.clone()))
        .while_followed(feed.followers());
    let connected = consumer.health().clone();
    let tasks = [
        tokio::spawn(task.run(config, log.clone())),
        tokio::spawn(consumer.run()),
    ];
    publisher.health().connected().await;
    connected.connected().await;
    BusFixture {
        bus: Arc::new(LocalBus::new(feed, log.clone())),
        store: StoreFixture {
            store: log.clone(),
            work: log.clone(),
            reader: log.clone(),
            statistics: log.clone(),
            log,
            clock,
            keep: Box::new(tasks.map(AbortOnDropHandle::new)),
        },
    }
}
