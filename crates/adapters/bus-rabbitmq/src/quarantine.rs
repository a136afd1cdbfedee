//! Messages that cannot be processed, kept in a queue of their own together with the reason.

use base64::prelude::{BASE64_STANDARD, Engine};
use lapin::message::Delivery;
use odd_contracts::{CONTRACT_VERSION, FieldError, ParkedMessage, Producer};
use odd_core::{Clock, SystemClock};

use crate::config::BrokerConfig;
use crate::connection::Session;
use crate::error::Result;
use crate::topology::DEAD_LETTERS;
use crate::wire;

/// Longest reason that is kept, in characters.
const MAX_REASON_CHARS: usize = 1_000;

/// Publishes a message and what is wrong with it to the dead-letter exchange. Once this has returned successfully, the
/// broker has stored it, it is counted, and the caller may acknowledge the delivery.
pub(crate) async fn quarantine(
    session: &Session,
    config: &BrokerConfig,
    delivery: &Delivery,
    errors: Vec<FieldError>,
) -> Result<()> {
    let message = quarantined_message(delivery, errors, &config.producer);
    tracing::error!(
        reasons = ?message.errors,
        exchange = message.exchange,
        routing_key = message.routing_key,
        "quarantined an invalid message"
    );
    let properties = wire::properties(message.correlation_id);
    session
        .publish(DEAD_LETTERS, "", &wire::to_json(&message), properties)
        .await?;
    config.quarantined.increment();
    Ok(())
}

fn quarantined_message(
    delivery: &Delivery,
    errors: Vec<FieldError>,
    producer: &Producer,
) -> ParkedMessage {
    let bytes = &delivery.data;
    let kept = &bytes[..bytes.len().min(ParkedMessage::MAX_BYTES)];
    ParkedMessage {
        contract_version: CONTRACT_VERSION.to_owned(),
        parked_at: SystemClock.now(),
        parked_by: producer.clone(),
        errors: errors.into_iter().map(truncated).collect(),
        bytes: BASE64_STANDARD.encode(kept),
        size: bytes.len() as u64,
        exchange: delivery.exchange.as_str().to_owned(),
        routing_key: delivery.routing_key.as_str().to_owned(),
        correlation_id: wire::correlation_of(bytes, &delivery.properties),
    }
}

fn truncated(error: FieldError) -> FieldError {
    let mut message = error.message;
    if let Some((end, _)) = message.char_indices().nth(MAX_REASON_CHARS) {
        message.truncate(end);
    }
    FieldError { message, ..error }
}
