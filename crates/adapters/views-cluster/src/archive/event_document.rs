use std::sync::Arc;

use mongodb::bson::{Bson, DateTime, Document, deserialize_from_bson, doc, serialize_to_bson};
use odd_contracts::{EventEnvelope, Timestamp};
use odd_core::JobEvent;
use odd_core::ports::{LogEntry, LogRecord, Position, StoreError};

use super::error::damaged;

/// Converts an event to its document: the envelope, and copies of the fields that queries use. `occurred` repeats `at`,
/// which is in microseconds, as a date in milliseconds, which the server's expiry needs.
pub(super) fn to_document(position: Position, event: &JobEvent) -> Result<Document, StoreError> {
    let envelope = serialize_to_bson(&event.to_envelope()).map_err(damaged)?;
    Ok(doc! {
        "_id": event.id().to_string(),
        "seq": seq(position),
        "job": event.job_id.to_string(),
        "type": event.change.event_type().as_str(),
        "at": event.occurred_at.as_micros(),
        "occurred": date(event.occurred_at),
        "envelope": envelope,
    })
}

/// Converts a document back to an event at its position.
pub(super) fn from_document(mut document: Document) -> Result<LogRecord, StoreError> {
    let position = position(&document)?;
    let envelope = document.remove("envelope").unwrap_or(Bson::Null);
    let envelope: EventEnvelope = deserialize_from_bson(envelope).map_err(damaged)?;
    let event = JobEvent::try_from(envelope).map_err(damaged)?;
    Ok(LogRecord {
        position,
        entry: LogEntry::Event(Arc::new(event)),
    })
}

pub(super) fn seq(position: Position) -> i64 {
    i64::try_from(position.0).unwrap_or(i64::MAX)
}

pub(super) fn position(document: &Document) -> Result<Position, StoreError> {
    let seq = document.get_i64("seq").map_err(damaged)?;
    u64::try_from(seq).map(Position).map_err(damaged)
}

pub(super) fn date(at: Timestamp) -> DateTime {
    DateTime::from_millis(at.as_micros().div_euclid(1_000))
}
