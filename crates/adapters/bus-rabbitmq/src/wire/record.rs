use odd_contracts::{EventEnvelope, EventId, FieldError};
use odd_core::JobEvent;
use odd_core::ports::{LogEntry, LogRecord, Position};

use super::field_error;

/// Converts a validated envelope into the log record at `position`; `pointer` locates the event in the message.
///
/// # Errors
/// When the event's id, idempotency key or payload contradict each other.
pub(super) fn log_record(
    position: u64,
    event: EventEnvelope,
    pointer: &str,
) -> Result<LogRecord, Vec<FieldError>> {
    let payload = &event.payload;
    if event.event_id != EventId::of(payload.job_id, payload.version) {
        let message = "must be the UUIDv5 of the version in the namespace of the job id";
        return Err(field_error(format!("{pointer}/eventId"), message));
    }
    if event.idempotency_key != format!("{}:{}", payload.job_id, payload.version) {
        let message = "must be the job id and the version, joined by a colon";
        return Err(field_error(format!("{pointer}/idempotencyKey"), message));
    }
    let event = JobEvent::try_from(event)
        .map_err(|error| field_error(format!("{pointer}/payload"), error.to_string()))?;
    Ok(LogRecord {
        position: Position(position),
        entry: LogEntry::Event(event.into()),
    })
}
