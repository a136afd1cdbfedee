//! Encoding and decoding of messages. Their contracts are in `contracts/schemas`.

mod incoming;
mod outgoing;
mod record;

use odd_contracts::FieldError;

pub(crate) use incoming::{correlation_of, read_events, read_ready};
pub(crate) use outgoing::{HINT_JOBS, Outgoing, events, properties, ready, to_json};

/// Header with the log position of a message's first event; further events have the positions that follow.
const POSITION_HEADER: &str = "x-observatory-position";

/// An error about a message as a whole.
fn message_error(message: impl Into<String>) -> Vec<FieldError> {
    field_error("", message)
}

/// An error about the field at `pointer`.
fn field_error(pointer: impl Into<String>, message: impl Into<String>) -> Vec<FieldError> {
    vec![FieldError {
        pointer: pointer.into(),
        message: message.into(),
    }]
}
