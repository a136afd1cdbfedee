use lapin::options::QueueDeclareOptions;
use lapin::types::FieldTable;
use lapin::{Connection, ConnectionProperties};
use odd_bus_rabbitmq::{BrokerConfig, BrokerError, inspect};
use odd_contracts::Producer;
use odd_testkit::private_servers::{DataRoot, RabbitMq};

fn config(url: &str) -> BrokerConfig {
    let producer = Producer {
        service: "doctor".to_owned(),
        instance_id: "test".to_owned(),
        version: "0.1.0".to_owned(),
    };
    BrokerConfig::new(url, producer)
}

#[tokio::test]
async fn inspection_declares_nothing_and_finds_a_queue_that_is_not_durable() {
    let start = || RabbitMq::start(&DataRoot::temporary()?);
    let started = tokio::task::spawn_blocking(start).await.expect("no panic");
    let server = started.unwrap_or_else(|error| panic!("{error}"));
    let config = config(&server.url());
    for _ in 0..2 {
        let found = inspect(&config).await.expect("reachable");
        assert!(!found.is_declared, "{found:?}");
    }
    let connection = Connection::connect(&server.url(), ConnectionProperties::default()).await;
    let connection = connection.expect("an administrator");
    let channel = connection.create_channel().await.expect("a channel");
    let exchange = channel.exchange_declare(
        "observatory.events".into(),
        lapin::ExchangeKind::Topic,
        lapin::options::ExchangeDeclareOptions {
            durable: true,
            ..Default::default()
        },
        FieldTable::default(),
    );
    exchange.await.expect("declared");
    let transient = QueueDeclareOptions {
        exclusive: false,
        ..QueueDeclareOptions::default()
    };
    let queue = channel.queue_declare(
        "observatory.dead-letters".into(),
        transient,
        FieldTable::default(),
    );
    queue.await.expect("declared");
    let found = inspect(&config).await.expect("reachable");
    assert!(found.is_declared && !found.is_durable, "{found:?}");
    assert!(found.accepts_messages, "{found:?}");
}

#[tokio::test]
async fn broker_that_does_not_run_is_an_error() {
    let error = inspect(&config("amqp://a:b@127.0.0.1:1")).await;
    assert!(matches!(error, Err(BrokerError::Client(_))), "{error:?}");
}
