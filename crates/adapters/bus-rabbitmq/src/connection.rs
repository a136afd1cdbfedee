use std::io;
use std::sync::Arc;
use std::time::Duration;

use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::{
    BasicProperties, Channel, Confirmation, Connection, ConnectionProperties, PublisherConfirm,
};
use tokio::sync::watch;

use crate::config::BrokerConfig;
use crate::{tls, topology};

/// Longest time until a connection stands.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Time for the broker to confirm what it was sent. A queue may have lost its leader and never answer; a new connection
/// may find that it has one again.
pub(crate) const CONFIRM_WITHIN: Duration = Duration::from_secs(30);

/// How often a connection that rests is looked at.
const LOOK: Duration = Duration::from_secs(1);

const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Whether a part of this process is connected; cheap to clone.
#[derive(Debug, Clone)]
pub struct Health(Arc<watch::Sender<Option<String>>>);

impl Health {
    pub(crate) fn new() -> Self {
        let not_yet = Some("not connected yet".to_owned());
        Self(Arc::new(watch::Sender::new(not_yet)))
    }

    /// Why the broker cannot be used, if that is so.
    pub fn failure(&self) -> Option<String> {
        self.0.borrow().clone()
    }

    /// Waits until the broker can be used.
    pub async fn connected(&self) {
        let mut failure = self.0.subscribe();
        // The sender lives as long as `self`.
        let _ = failure.wait_for(Option::is_none).await;
    }

    /// The broker is used from now on.
    pub(crate) fn recovered(&self) {
        self.0.send_replace(None);
    }

    fn failed(&self, failure: String) {
        self.0.send_replace(Some(failure));
    }
}

/// A connection with one channel, on which the broker confirms what it takes.
pub(crate) struct Session {
    pub(crate) channel: Channel,
    // Closed when dropped.
    _connection: Connection,
}

impl Session {
    /// Publishes a persistent message that must find a queue; what became of it comes later.
    pub(crate) async fn send(
        &self,
        exchange: &str,
        routing_key: &str,
        body: &[u8],
        properties: BasicProperties,
    ) -> lapin::Result<PublisherConfirm> {
        let options = BasicPublishOptions {
            mandatory: true,
            ..BasicPublishOptions::default()
        };
        self.channel
            .basic_publish(
                exchange.into(),
                routing_key.into(),
                options,
                body,
                properties,
            )
            .await
    }

    /// As [`Self::send`]; returns well when the broker has the message in a queue.
    pub(crate) async fn publish(
        &self,
        exchange: &str,
        routing_key: &str,
        body: &[u8],
        properties: BasicProperties,
    ) -> lapin::Result<()> {
        let confirm = self.send(exchange, routing_key, body, properties).await?;
        let confirmed = tokio::time::timeout(CONFIRM_WITHIN, confirm).await;
        match confirmed.map_err(|_| unconfirmed())?? {
            Confirmation::Ack(None) => Ok(()),
            _ => Err(io::Error::other(format!("{exchange} did not take a message")).into()),
        }
    }
}

/// Confirmations do not come.
pub(crate) fn unconfirmed() -> lapin::Error {
    io::Error::other(format!("no confirmation within {CONFIRM_WITHIN:?}")).into()
}

/// Waits until the channel has failed: nobody tells while nothing is sent.
pub(crate) async fn watch_over(channel: &Channel) -> lapin::Result<()> {
    while channel.status().connected() {
        tokio::time::sleep(LOOK).await;
    }
    Ok(())
}

/// Makes connections for one purpose, again and again, with a pause that grows as long as they fail at once.
pub(crate) struct Connector {
    config: BrokerConfig,
    purpose: &'static str,
    health: Health,
    pause: Duration,
}

impl Connector {
    pub(crate) fn new(config: BrokerConfig, purpose: &'static str, health: Health) -> Self {
        Self {
            config,
            purpose,
            health,
            pause: FIRST_PAUSE,
        }
    }

    /// Tries until a connection stands over which everybody's exchanges and queues are declared. The caller tells
    /// [`Health::recovered`] when it is at work.
    pub(crate) async fn session(&mut self) -> Session {
        loop {
            match connect(&self.config, self.purpose).await {
                Ok(session) => {
                    tracing::info!(purpose = self.purpose, "connected to RabbitMQ");
                    self.pause = FIRST_PAUSE;
                    return session;
                }
                Err(error) => self.wait_after(error).await,
            }
        }
    }

    /// The last session ended.
    pub(crate) async fn ended(&mut self, outcome: lapin::Result<()>) {
        let error = match outcome {
            Ok(()) => "the connection was closed".to_owned(),
            Err(error) => error.to_string(),
        };
        self.wait_after(error).await;
    }

    async fn wait_after(&mut self, error: String) {
        tracing::warn!(
            purpose = self.purpose,
            error,
            "RabbitMQ cannot be used; trying again"
        );
        self.health.failed(error);
        tokio::time::sleep(self.pause).await;
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
    }
}

async fn connect(config: &BrokerConfig, purpose: &str) -> Result<Session, String> {
    let opening = open(config, purpose);
    match tokio::time::timeout(CONNECT_TIMEOUT, opening).await {
        Ok(opened) => opened.map_err(|error| error.to_string()),
        Err(_) => Err(format!("no answer within {CONNECT_TIMEOUT:?}")),
    }
}

async fn open(config: &BrokerConfig, purpose: &str) -> lapin::Result<Session> {
    let producer = &config.producer;
    let name = format!("{} {purpose}", producer.instance_id);
    let properties = ConnectionProperties::default().with_connection_name(name.into());
    let separator = if config.url.contains('?') { '&' } else { '?' };
    let url = format!(
        "{}{separator}heartbeat={}",
        config.url,
        config.heartbeat.as_secs()
    );
    let connection = match url.starts_with("amqps://") {
        true => tls::connect(&url, properties, config.tls.clone()).await?,
        false => Connection::connect(&url, properties).await?,
    };
    let channel = connection.create_channel().await?;
    channel
        .confirm_select(ConfirmSelectOptions::default())
        .await?;
    topology::declare(&channel, config).await?;
    Ok(Session {
        channel,
        _connection: connection,
    })
}
