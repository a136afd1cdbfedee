use std::time::Duration;

use lapin::options::{BasicPublishOptions, ConfirmSelectOptions};
use lapin::{BasicProperties, Connection};

use crate::BrokerConfig;
use crate::connection::open_connection;
use crate::error::{BrokerError, Result};
use crate::topology::{self, EXCHANGE};

const CONNECT_LIMIT: Duration = Duration::from_secs(5);

/// A broker confirms an empty message within milliseconds, unless an alarm stops all publishers.
const CONFIRM_LIMIT: Duration = Duration::from_secs(3);

/// No queue is bound with this key: the broker discards the message.
const UNBOUND_KEY: &str = "inspection";

/// The state of a broker, and of the queues that the observatory has declared on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BrokerInspection {
    /// Whether a role has declared the exchanges and queues.
    pub is_declared: bool,
    /// Whether the queue for quarantined messages is durable and of the configured type.
    pub is_durable: bool,
    /// Whether the broker accepts messages; it does not during an alarm of its disk or memory.
    pub accepts_messages: bool,
}

/// Inspects a broker. It publishes one empty message that no queue receives, and declares a queue that exists with the
/// properties that it should have.
///
/// # Errors
/// When the URL is not valid, or the broker does not answer or refuses the login.
pub async fn inspect(config: &BrokerConfig) -> Result<BrokerInspection> {
    let connection = tokio::time::timeout(CONNECT_LIMIT, open_connection(config, "doctor"))
        .await
        .map_err(|_| BrokerError::ConnectTimeout(CONNECT_LIMIT))??;
    if !topology::is_declared(&connection.create_channel().await?).await? {
        return Ok(BrokerInspection {
            is_declared: false,
            is_durable: true,
            accepts_messages: true,
        });
    }
    let channel = connection.create_channel().await?;
    Ok(BrokerInspection {
        is_declared: true,
        is_durable: topology::is_durable(&channel, config).await?,
        accepts_messages: accepts_messages(&connection).await?,
    })
}

async fn accepts_messages(connection: &Connection) -> Result<bool> {
    let channel = connection.create_channel().await?;
    channel
        .confirm_select(ConfirmSelectOptions::default())
        .await?;
    let options = BasicPublishOptions::default();
    let properties = BasicProperties::default();
    let publish = async {
        channel
            .basic_publish(
                EXCHANGE.into(),
                UNBOUND_KEY.into(),
                options,
                b"",
                properties,
            )
            .await?
            .await
    };
    match tokio::time::timeout(CONFIRM_LIMIT, publish).await {
        Ok(confirmed) => Ok(confirmed.map(|_| true)?),
        Err(_) => Ok(false),
    }
}
