use std::fmt::Write;

use odd_core::JobEvent;
use odd_core::ports::Position;

/// How long a client waits before it connects again.
const RETRY_MS: u32 = 1_000;

/// The first bytes: they give the client a place to resume from before anything has happened.
pub(super) fn opening(position: Position) -> String {
    format!(": open\nretry: {RETRY_MS}\nid: {}\n\n", position.0)
}

/// A sign of life that moves the resume point past events which the filter left out.
pub(super) fn heartbeat(position: Position) -> String {
    format!(": heartbeat\nid: {}\n\n", position.0)
}

/// Appends one message. JSON text holds no line breaks, so one `data` line carries it.
pub(super) fn push_event(frame: &mut String, position: Position, event: &JobEvent) {
    let envelope = event.to_envelope();
    let data = serde_json::to_string(&envelope).expect("an envelope always prints as JSON");
    let kind = envelope.event_type.as_str();
    write!(frame, "id: {}\nevent: {kind}\ndata: {data}\n\n", position.0)
        .expect("writing to a String does not fail");
}
