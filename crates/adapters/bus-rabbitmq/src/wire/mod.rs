//! Messages: what they say, and how. Their contracts are in `contracts/schemas`.

mod incoming;
mod outgoing;
mod record;

use odd_contracts::FieldError;

pub(crate) use incoming::{correlation_of, read_events, read_ready};
pub(crate) use outgoing::{HINT_JOBS, Outgoing, events, properties, ready, to_json};

/// Tells the place of a message's first event in the log; the others follow it.
const POSITION: &str = "x-observatory-position";

/// What is wrong with the whole of a message.
fn wrong(message: impl Into<String>) -> Vec<FieldError> {
    wrong_at("", message)
}

/// What is wrong at one place of a message.
fn wrong_at(pointer: impl Into<String>, message: impl Into<String>) -> Vec<FieldError> {
    vec![FieldError {
        pointer: pointer.into(),
        message: message.into(),
    }]
}
