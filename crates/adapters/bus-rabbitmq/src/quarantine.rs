//! Messages that nobody can use: kept with the reason, for people to look at.

use base64::prelude::{BASE64_STANDARD, Engine};
use lapin::message::Delivery;
use odd_contracts::{CONTRACT_VERSION, FieldError, ParkedMessage, Producer};
use odd_core::{Clock, SystemClock};

use crate::config::BrokerConfig;
use crate::connection::Session;
use crate::topology::DEAD_LETTERS;
use crate::wire;

/// Characters of a reason.
const LONGEST_REASON: usize = 1_000;

/// Puts a message into the dead letters. When this returns well, the broker has it there, and the caller may
/// acknowledge the message.
pub(crate) async fn park(
    session: &Session,
    config: &BrokerConfig,
    delivery: &Delivery,
    errors: Vec<FieldError>,
) -> lapin::Result<()> {
    let parked = parked(delivery, errors, &config.producer);
    tracing::error!(
        reasons = ?parked.errors,
        exchange = parked.exchange,
        routing_key = parked.routing_key,
        "a message cannot be used; it is parked"
    );
    let properties = wire::properties(parked.correlation_id);
    session
        .publish(DEAD_LETTERS, "", &wire::to_json(&parked), properties)
        .await
}

fn parked(delivery: &Delivery, errors: Vec<FieldError>, by: &Producer) -> ParkedMessage {
    let bytes = &delivery.data;
    let kept = &bytes[..bytes.len().min(ParkedMessage::MAX_BYTES)];
    ParkedMessage {
        contract_version: CONTRACT_VERSION.to_owned(),
        parked_at: SystemClock.now(),
        parked_by: by.clone(),
        errors: errors.into_iter().map(shortened).collect(),
        bytes: BASE64_STANDARD.encode(kept),
        size: bytes.len() as u64,
        exchange: delivery.exchange.as_str().to_owned(),
        routing_key: delivery.routing_key.as_str().to_owned(),
        correlation_id: wire::correlation_of(bytes, &delivery.properties),
    }
}

fn shortened(error: FieldError) -> FieldError {
    let mut message = error.message;
    if let Some((end, _)) = message.char_indices().nth(LONGEST_REASON) {
        message.truncate(end);
    }
    FieldError { message, ..error }
}
