use lapin::BasicProperties;
use lapin::types::{AMQPValue, ShortString};
use odd_contracts::schema::{Schemas, validate_event, validate_event_batch};
use odd_contracts::{
    CONTRACT_VERSION, CorrelationId, EventBatch, EventEnvelope, EventId, FieldError, MessageType,
    ParkedMessage, ReadyJobs, WorkReady, parse_strict,
};
use odd_core::JobEvent;
use odd_core::ports::{LogEntry, Position, Recorded};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::{POSITION, wrong, wrong_at};

/// Bytes of a message that are read at most: several times what publishers send, and what can be parked as a whole.
const LONGEST: usize = ParkedMessage::MOST_BYTES;

/// What a message of the event queues says: events with their places. Without a place, as somebody else may send it,
/// there is nothing to do with it.
///
/// # Errors
/// Why the message cannot be used.
pub(crate) fn read_events(
    body: &[u8],
    properties: &BasicProperties,
) -> Result<Vec<Recorded>, Vec<FieldError>> {
    let message = read(body)?;
    let first = place(properties)
        .ok_or_else(|| wrong(format!("needs the header {POSITION}: the place in the log")))?;
    if message["eventType"] != MessageType::EventBatch.as_str() {
        validate_event(&message)?;
        return Ok(vec![entry(first, typed(message)?, "")?]);
    }
    validate_event_batch(&message)?;
    let batch: EventBatch = typed(message)?;
    let events = batch.payload.events.into_iter().enumerate();
    let entries = (first..).zip(events);
    entries
        .map(|(place, (index, event))| entry(place, event, &format!("/payload/events/{index}")))
        .collect()
}

/// What a hint says.
///
/// # Errors
/// Why the message cannot be used.
pub(crate) fn read_ready(body: &[u8]) -> Result<ReadyJobs, Vec<FieldError>> {
    let message = read(body)?;
    let schema = Schemas::embedded()
        .get("work-ready")
        .expect("a schema of this build");
    schema.validate(&message)?;
    typed(message).map(|hint: WorkReady| hint.payload)
}

/// The correlation id of any message, as far as it can be read.
pub(crate) fn correlation_of(body: &[u8], properties: &BasicProperties) -> Option<CorrelationId> {
    let property = properties.correlation_id().as_ref();
    let told = property.and_then(|id| id.as_str().parse().ok());
    told.or_else(|| parse(body).ok()?["correlationId"].as_str()?.parse().ok())
}

/// JSON of a contract version that this build understands.
fn read(body: &[u8]) -> Result<Value, Vec<FieldError>> {
    let message = parse(body)?;
    match message["contractVersion"].as_str() {
        Some(version) if major(version) != major(CONTRACT_VERSION) => Err(wrong_at(
            "/contractVersion",
            format!("is not understood by this build, which speaks {CONTRACT_VERSION}"),
        )),
        _ => Ok(message),
    }
}

fn parse(body: &[u8]) -> Result<Value, Vec<FieldError>> {
    if body.len() > LONGEST {
        let length = body.len();
        return Err(wrong(format!(
            "has {length} bytes; at most {LONGEST} are read"
        )));
    }
    parse_strict(body).map_err(|error| wrong(format!("is not JSON: {error}")))
}

fn major(version: &str) -> Option<&str> {
    version.split('.').next()
}

fn place(properties: &BasicProperties) -> Option<u64> {
    let headers = properties.headers().as_ref()?.inner();
    let place = match *headers.get(&ShortString::from(POSITION))? {
        AMQPValue::LongLongInt(place) => place,
        AMQPValue::LongInt(place) => place.into(),
        AMQPValue::LongUInt(place) => place.into(),
        _ => return None,
    };
    u64::try_from(place).ok().filter(|place| *place > 0)
}

/// Reads what a schema has accepted.
fn typed<T: DeserializeOwned>(message: Value) -> Result<T, Vec<FieldError>> {
    serde_json::from_value(message).map_err(|error| wrong(error.to_string()))
}

/// An event at its place; `at` is the pointer to it.
fn entry(place: u64, event: EventEnvelope, at: &str) -> Result<Recorded, Vec<FieldError>> {
    let payload = &event.payload;
    if event.event_id != EventId::of(payload.job_id, payload.version) {
        let message = "must be the UUIDv5 of the version in the namespace of the job id";
        return Err(wrong_at(format!("{at}/eventId"), message));
    }
    if event.idempotency_key != format!("{}:{}", payload.job_id, payload.version) {
        let message = "must be the job id and the version, joined by a colon";
        return Err(wrong_at(format!("{at}/idempotencyKey"), message));
    }
    let event = JobEvent::try_from(event)
        .map_err(|error| wrong_at(format!("{at}/payload"), error.to_string()))?;
    Ok(Recorded {
        position: Position(place),
        entry: LogEntry::Event(event.into()),
    })
}
