use std::sync::Arc;
use std::time::Duration;

use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::{
    BasicProperties, Channel, Confirmation, Connection, ConnectionProperties, PublisherConfirm,
};
use odd_core::ports::ErrorChain;
use tokio::sync::watch;

use crate::config::BrokerConfig;
use crate::error::{BrokerError, Result};
use crate::{tls, topology};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

/// Time within which the broker has to confirm a message. A queue that lost its leader may never answer; by the time of a
/// new connection it may have a leader again.
pub(crate) const CONFIRM_TIMEOUT: Duration = Duration::from_secs(30);

/// Interval between checks whether an idle channel is still open.
const STATUS_INTERVAL: Duration = Duration::from_secs(1);

const FIRST_PAUSE: Duration = Duration::from_millis(200);
const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// Connection status of one part of this process. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Health(Arc<watch::Sender<Option<BrokerError>>>);

impl Health {
    pub(crate) fn new() -> Self {
        let failure = Some(BrokerError::NotConnected);
        Self(Arc::new(watch::Sender::new(failure)))
    }

    /// Returns why the broker cannot be used, or `None` while it can.
    pub fn failure(&self) -> Option<BrokerError> {
        self.0.borrow().clone()
    }

    /// Waits until the broker can be used.
    pub async fn connected(&self) {
        let mut failure = self.0.subscribe();
        // The sender lives as long as `self`.
        let _ = failure.wait_for(Option::is_none).await;
    }

    /// Records that the broker is in use.
    pub(crate) fn set_connected(&self) {
        self.0.send_replace(None);
    }

    fn set_failed(&self, failure: BrokerError) {
        self.0.send_replace(Some(failure));
    }
}

/// A connection with one channel in confirm mode.
pub(crate) struct Session {
    pub(crate) channel: Channel,
    // Dropping it closes the connection.
    _connection: Connection,
}

impl Session {
    /// Publishes a persistent, mandatory message. The returned confirm resolves when the broker has stored the message or
    /// returned it as unroutable.
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

    /// Publishes as [`Self::send`] does, and waits until a queue has stored the message.
    pub(crate) async fn publish(
        &self,
        exchange: &'static str,
        routing_key: &str,
        body: &[u8],
        properties: BasicProperties,
    ) -> Result<()> {
        let confirm = self.send(exchange, routing_key, body, properties).await?;
        match within_confirm_timeout(confirm).await?? {
            Confirmation::Ack(None) => Ok(()),
            _ => Err(BrokerError::Rejected(exchange)),
        }
    }
}

/// Waits for confirmations, up to [`CONFIRM_TIMEOUT`].
pub(crate) async fn within_confirm_timeout<T>(confirms: impl Future<Output = T>) -> Result<T> {
    tokio::time::timeout(CONFIRM_TIMEOUT, confirms)
        .await
        .map_err(|_| BrokerError::ConfirmTimeout(CONFIRM_TIMEOUT))
}

/// Waits until the channel is closed. The client reports that only to callers that send or receive.
pub(crate) async fn closed(channel: &Channel) {
    while channel.status().connected() {
        tokio::time::sleep(STATUS_INTERVAL).await;
    }
}

/// Opens connections for one purpose, one after the other. The pause between attempts doubles while they fail.
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

    /// Retries until a connection is open and the exchanges that all processes use are declared. The caller calls
    /// [`Health::set_connected`] once it has declared the rest of what it needs.
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

    /// Records how the last session ended, and pauses.
    pub(crate) async fn session_ended(&mut self, outcome: Result<()>) {
        self.wait_after(outcome.err().unwrap_or(BrokerError::Closed))
            .await;
    }

    async fn wait_after(&mut self, error: BrokerError) {
        tracing::warn!(
            purpose = self.purpose,
            error = %ErrorChain(&error),
            "RabbitMQ is not available; retrying"
        );
        self.health.set_failed(error);
        tokio::time::sleep(self.pause).await;
        self.pause = (self.pause * 2).min(LONGEST_PAUSE);
    }
}

async fn connect(config: &BrokerConfig, purpose: &str) -> Result<Session> {
    tokio::time::timeout(CONNECT_TIMEOUT, open(config, purpose))
        .await
        .map_err(|_| BrokerError::ConnectTimeout(CONNECT_TIMEOUT))?
}

async fn open(config: &BrokerConfig, purpose: &str) -> Result<Session> {
    let connection = open_connection(config, purpose).await?;
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

/// Opens a connection without channels.
pub(crate) async fn open_connection(config: &BrokerConfig, purpose: &str) -> Result<Connection> {
    let producer = &config.producer;
    let name = format!("{} {purpose}", producer.instance_id);
    let properties = ConnectionProperties::default().with_connection_name(name.into());
    let separator = if config.url.contains('?') { '&' } else { '?' };
    let url = format!(
        "{}{separator}heartbeat={}",
        config.url,
        config.heartbeat.as_secs()
    );
    Ok(match url.starts_with("amqps://") {
        true => tls::connect(&url, properties, config.tls.clone()).await?,
        false => Connection::connect(&url, properties).await?,
    })
}
