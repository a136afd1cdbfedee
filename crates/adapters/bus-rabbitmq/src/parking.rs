//! Messages that nobody can use: kept with the reason, for people to look at.

use base64::prelude::{BASE64_STANDARD, Engine};
use lapin::message::Delivery;
use lapin::options::BasicPublishOptions;
use lapin::types::ShortString;
use lapin::{BasicProperties, Channel};
use odd_contracts::{Producer, Timestamp};
use odd_core::{Clock, SystemClock};
use serde::Serialize;

use crate::config::BrokerConfig;
use crate::topology::DEAD_LETTERS;

/// A message that could not be used.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Parked<'a> {
    /// Its bytes, in base64 (RFC 4648, section 4).
    bytes: String,
    reason: &'a str,
    parked_at: Timestamp,
    correlation_id: Option<&'a str>,
    exchange: &'a str,
    routing_key: &'a str,
    parked_by: &'a Producer,
}

/// Puts a message into the dead letters; the caller acknowledges it afterwards.
pub(crate) async fn park(
    channel: &Channel,
    config: &BrokerConfig,
    delivery: &Delivery,
    reason: &str,
) -> lapin::Result<()> {
    tracing::error!(
        reason,
        routing_key = delivery.routing_key.as_str(),
        "a message cannot be used; it is parked"
    );
    let correlation = delivery.properties.correlation_id().as_ref();
    let parked = Parked {
        bytes: BASE64_STANDARD.encode(&delivery.data),
        reason,
        parked_at: SystemClock.now(),
        correlation_id: correlation.map(ShortString::as_str),
        exchange: delivery.exchange.as_str(),
        routing_key: delivery.routing_key.as_str(),
        parked_by: &config.producer,
    };
    let body = serde_json::to_vec(&parked).expect("a parked message always prints as JSON");
    let properties = BasicProperties::default()
        .with_delivery_mode(2)
        .with_content_type(ShortString::from("application/json"));
    channel
        .basic_publish(
            DEAD_LETTERS.into(),
            ShortString::default(),
            BasicPublishOptions::default(),
            &body,
            properties,
        )
        .await?;
    Ok(())
}
