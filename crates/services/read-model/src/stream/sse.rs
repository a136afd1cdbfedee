use std::time::Duration;

use axum::response::sse::Event;
use odd_contracts::StreamGap;
use odd_core::JobEvent;
use odd_core::ports::Position;

/// How long a client waits before it reconnects.
const RECONNECT_AFTER: Duration = Duration::from_secs(1);

/// Returns the first message. Its id lets the client resume even if the connection breaks before the first event.
pub(super) fn opening(position: Position) -> Event {
    Event::default()
        .comment("open")
        .retry(RECONNECT_AFTER)
        .id(position.0.to_string())
}

/// Returns a heartbeat. Its id advances the position to resume from past events that the filter left out, which the fixed
/// message of axum's `KeepAlive` cannot do.
pub(super) fn heartbeat(position: Position) -> Event {
    Event::default()
        .comment("heartbeat")
        .id(position.0.to_string())
}

/// Returns the message about events that retention removed. Everything up to `position` was sent, left out or removed.
pub(super) fn gap(position: Position, gap: StreamGap) -> Event {
    Event::default()
        .id(position.0.to_string())
        .event("gap")
        .json_data(gap)
        .expect("a gap can always be serialized")
}

/// Returns the message for one event.
pub(super) fn message(position: Position, event: &JobEvent) -> Event {
    let envelope = event.to_envelope();
    Event::default()
        .id(position.0.to_string())
        .event(envelope.event_type.as_str())
        .json_data(&envelope)
        .expect("an envelope can always be serialized")
}
