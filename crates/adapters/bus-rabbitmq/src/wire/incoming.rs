use lapin::BasicProperties;
use lapin::types::{AMQPValue, ShortString};
use odd_contracts::schema::{Schemas, validate_event, validate_event_batch};
use odd_contracts::{
    CONTRACT_VERSION, CorrelationId, EventBatch, FieldError, MessageType, ParkedMessage, ReadyJobs,
    WorkReady, parse_strict,
};
use odd_core::ports::LogRecord;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::record::log_record;
use super::{POSITION_HEADER, field_error, message_error};

/// Longest message that is read, in bytes: several times what publishers send, and what can be quarantined as a whole.
const MAX_BYTES: usize = ParkedMessage::MAX_BYTES;

/// Returns the events of a message with their positions in the log.
///
/// # Errors
/// When the message does not follow its contract, or has no position.
pub(crate) fn read_events(
    body: &[u8],
    properties: &BasicProperties,
) -> Result<Vec<LogRecord>, Vec<FieldError>> {
    let message = read(body)?;
    let first = first_position(properties).ok_or_else(|| {
        message_error(format!(
            "needs the header {POSITION_HEADER} with its position in the log"
        ))
    })?;
    if message["eventType"] != MessageType::EventBatch.as_str() {
        validate_event(&message)?;
        return Ok(vec![log_record(first, typed(message)?, "")?]);
    }
    validate_event_batch(&message)?;
    let batch: EventBatch = typed(message)?;
    let events = batch.payload.events.into_iter().enumerate();
    let entries = (first..).zip(events);
    entries
        .map(|(position, (index, event))| {
            log_record(position, event, &format!("/payload/events/{index}"))
        })
        .collect()
}

/// Returns the jobs that a hint names.
///
/// # Errors
/// When the message does not follow its contract.
pub(crate) fn read_ready(body: &[u8]) -> Result<ReadyJobs, Vec<FieldError>> {
    let message = read(body)?;
    let schema = Schemas::embedded()
        .get("work-ready")
        .expect("a schema of this build");
    schema.validate(&message)?;
    typed(message).map(|hint: WorkReady| hint.payload)
}

/// Returns the correlation id of a message that may be invalid, from its properties or its body.
pub(crate) fn correlation_of(body: &[u8], properties: &BasicProperties) -> Option<CorrelationId> {
    let property = properties.correlation_id().as_ref();
    let id = property.and_then(|id| id.as_str().parse().ok());
    id.or_else(|| parse(body).ok()?["correlationId"].as_str()?.parse().ok())
}

/// Parses JSON and checks that its contract version has the major version of this build.
fn read(body: &[u8]) -> Result<Value, Vec<FieldError>> {
    let message = parse(body)?;
    match message["contractVersion"].as_str() {
        Some(version) if major(version) != major(CONTRACT_VERSION) => Err(field_error(
            "/contractVersion",
            format!("is not supported by this build, which uses {CONTRACT_VERSION}"),
        )),
        _ => Ok(message),
    }
}

fn parse(body: &[u8]) -> Result<Value, Vec<FieldError>> {
    if body.len() > MAX_BYTES {
        let length = body.len();
        return Err(message_error(format!(
            "has {length} bytes; at most {MAX_BYTES} are read"
        )));
    }
    parse_strict(body).map_err(|error| message_error(format!("is not JSON: {error}")))
}

fn major(version: &str) -> Option<&str> {
    version.split('.').next()
}

fn first_position(properties: &BasicProperties) -> Option<u64> {
    let headers = properties.headers().as_ref()?.inner();
    let position = match *headers.get(&ShortString::from(POSITION_HEADER))? {
        AMQPValue::LongLongInt(position) => position,
        AMQPValue::LongInt(position) => position.into(),
        AMQPValue::LongUInt(position) => position.into(),
        _ => return None,
    };
    u64::try_from(position)
        .ok()
        .filter(|position| *position > 0)
}

/// Converts a message that its schema has accepted.
fn typed<T: DeserializeOwned>(message: Value) -> Result<T, Vec<FieldError>> {
    serde_json::from_value(message).map_err(|error| message_error(error.to_string()))
}

#[cfg(test)]
mod tests {
    use odd_contracts::{JobStatus, Producer, Timestamp};
    use odd_core::ports::{LogEntry, Position};
    use odd_core::{Change, JobEvent};

    use super::super::events;
    use super::*;

    fn completed(count: u32) -> Vec<JobEvent> {
        let producer = Producer {
            service: "processor".into(),
            instance_id: "processor-1".into(),
            version: "0.1.0".into(),
        };
        let event = |version| JobEvent {
            job_id: "0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c11"
                .parse()
                .expect("valid"),
            job_type: "work".parse().expect("legal"),
            queue: "default".parse().expect("legal"),
            version,
            attempt: Some(1),
            occurred_at: Timestamp::from_micros(1_700_000_000_000_000),
            correlation_id: "5e0a3f4e-52f9-4f1c-9f0e-0b8a1c3d7e21"
                .parse()
                .expect("valid"),
            producer: producer.clone().into(),
            previous_status: Some(JobStatus::Executing),
            change: Change::Completed {
                duration_ms: f64::from(version) * 12.345,
            },
        };
        (1..=count).map(event).collect()
    }

    /// Returns `events_of` as one message, the first at position 7.
    fn published(events_of: &[JobEvent]) -> (Vec<u8>, BasicProperties) {
        let positions = (7..).map(Position).zip(events_of);
        let producer = (*events_of[0].producer).clone();
        let message = events(&positions.collect::<Vec<_>>(), &producer).remove(0);
        (message.body, message.properties)
    }

    #[test]
    fn published_events_are_read_back_unchanged() {
        for count in [1, 5, 500] {
            let events_of = completed(count);
            let (body, properties) = published(&events_of);
            let records = (7..).zip(events_of).map(|(position, event)| LogRecord {
                position: Position(position),
                entry: LogEntry::Event(event.into()),
            });
            let read = read_events(&body, &properties).expect("valid");
            assert_eq!(read, records.collect::<Vec<_>>());
        }
    }

    #[test]
    fn messages_that_break_the_contract_in_one_place_are_rejected() {
        for count in [1, 5] {
            let (body, properties) = published(&completed(count));
            let text = String::from_utf8(body).expect("text");
            let changes: [(&str, &str); 7] = [
                ("{", "{ ,"),
                ("\"attempt\":1", "\"attempt\":null"),
                ("\"attempt\":1", "\"attempt\":0"),
                ("\"attempt\":1", "\"attempt\":1,\"attempt\":1"),
                ("\"durationMs\":", "\"duration\":"),
                ("processor-1", ""),
                ("5e0a3f4e-52f9", "5e0a3f4e52f9"),
            ];
            for (from, to) in changes {
                let changed = text.replacen(from, to, 1);
                assert_ne!(changed, text, "{from}");
                let read = read_events(changed.as_bytes(), &properties);
                assert!(read.is_err(), "{to}");
            }
        }
    }
}
