//! Permissions of the broker users that services have.

use lapin::options::{BasicPublishOptions, ConfirmSelectOptions, ExchangeDeclareOptions};
use lapin::protocol::{AMQPErrorKind, AMQPSoftError};
use lapin::types::FieldTable;
use lapin::{BasicProperties, Connection, ConnectionProperties, ErrorKind, ExchangeKind};
use odd_testkit::private_servers::{DataRoot, RabbitMq};

use crate::broker::EXCHANGE;

const SERVICES: [&str; 4] = ["gateway", "processor", "metrics-engine", "read-model"];

async fn server() -> RabbitMq {
    let start = || RabbitMq::start(&DataRoot::temporary()?);
    let started = tokio::task::spawn_blocking(start).await.expect("no panic");
    let server = started.unwrap_or_else(|error| panic!("{error}"));
    let connection = connect(&server.url()).await.expect("an administrator");
    let channel = connection.create_channel().await.expect("a channel");
    for (name, kind) in [
        (EXCHANGE, ExchangeKind::Topic),
        ("observatory.dead-letters", ExchangeKind::Fanout),
        ("others", ExchangeKind::Topic),
    ] {
        let options = ExchangeDeclareOptions {
            durable: true,
            ..ExchangeDeclareOptions::default()
        };
        let declared = channel.exchange_declare(name.into(), kind, options, FieldTable::default());
        declared.await.expect("an exchange");
    }
    server
}

async fn connect(url: &str) -> lapin::Result<Connection> {
    Connection::connect(url, ConnectionProperties::default()).await
}

fn is_access_refused(error: &lapin::Error) -> bool {
    let ErrorKind::ProtocolError(error) = error.kind() else {
        return false;
    };
    *error.kind() == AMQPErrorKind::Soft(AMQPSoftError::ACCESSREFUSED)
}

/// Publishes as a user, and returns the broker's answer.
async fn publish(server: &RabbitMq, user: &str, exchange: &str) -> lapin::Result<()> {
    let url = server.url_for(user).expect("the user exists");
    let connection = connect(&url).await?;
    let channel = connection.create_channel().await?;
    channel
        .confirm_select(ConfirmSelectOptions::default())
        .await?;
    let options = BasicPublishOptions::default();
    let properties = BasicProperties::default();
    let sent = channel.basic_publish(
        exchange.into(),
        "job.created".into(),
        options,
        b"{}",
        properties,
    );
    sent.await?.await.map(drop)
}

#[tokio::test]
async fn services_publish_to_their_exchanges_only() {
    let server = server().await;
    for (user, exchange) in SERVICES
        .into_iter()
        .map(|user| (user, "observatory.dead-letters"))
        .chain([("gateway", EXCHANGE), ("processor", EXCHANGE)])
    {
        let published = publish(&server, user, exchange).await;
        published.unwrap_or_else(|error| panic!("{user} may use {exchange}: {error}"));
    }
    let others = ["others", "amq.topic", ""];
    let forbidden = SERVICES
        .into_iter()
        .flat_map(|user| others.map(|exchange| (user, exchange)))
        .chain([("metrics-engine", EXCHANGE), ("read-model", EXCHANGE)]);
    for (user, exchange) in forbidden {
        let refused = publish(&server, user, exchange).await;
        let refused = refused.expect_err(&format!("{user} may not use {exchange:?}"));
        assert!(
            is_access_refused(&refused),
            "{user}, {exchange:?}: {refused}"
        );
    }
}

#[tokio::test]
async fn the_guest_user_does_not_exist() {
    let server = server().await;
    let url = server.url();
    let (_, host) = url.split_once('@').expect("the URL has a user");
    let refused = connect(&format!("amqp://guest:guest@{host}")).await;
    let refused = refused.expect_err("guest is refused");
    assert!(is_access_refused(&refused), "{refused}");
}
