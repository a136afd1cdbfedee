use lapin::BasicProperties;
use lapin::types::{AMQPValue, ShortString};
use odd_contracts::schema::{Schemas, validate_event, validate_event_batch};
use odd_contracts::{
    CONTRACT_VERSION, CorrelationId, EventBatch, EventEnvelope, FieldError, MessageType,
    ParkedMessage, ReadyJobs, WorkReady, parse_strict,
};
use odd_core::ports::LogRecord;
use serde::Serialize;
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
        let message = without_later_fields::<EventEnvelope>(message);
        validate_event(&message)?;
        return Ok(vec![log_record(first, typed(message)?, "")?]);
    }
    let message = without_later_fields::<EventBatch>(message);
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
    let message = without_later_fields::<WorkReady>(read(body)?);
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

/// Removes the fields that this build does not know, if the message has a newer minor version: such a version only adds
/// optional fields, so that processes of both versions can run during an upgrade.
fn without_later_fields<T: DeserializeOwned + Serialize>(message: Value) -> Value {
    let version = message["contractVersion"].as_str().unwrap_or_default();
    if minor(version) <= minor(CONTRACT_VERSION) {
        return message;
    }
    let known = T::deserialize(&message).ok();
    let known = known.and_then(|known| serde_json::to_value(known).ok());
    // The validator says what is wrong with a message that has no known form.
    known.unwrap_or(message)
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

fn minor(version: &str) -> Option<u64> {
    version.split('.').nth(1)?.parse().ok()
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
    use odd_contracts::{JobStatus, Producer, Timestamp, TraceContext};
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
            trace: TraceContext::sampled([7; 16], [8; 8]),
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

    /// Returns the message with `version`, and with a field that this build does not know in each event.
    fn with_unknown_field(body: &[u8], version: &str) -> Vec<u8> {
        let text = String::from_utf8(body.to_vec()).expect("text");
        let current = format!("\"contractVersion\":\"{CONTRACT_VERSION}\"");
        let later = format!("\"contractVersion\":\"{version}\",\"later\":{{\"a\":[1]}}");
        let text = text.replace(&current, &later);
        text.replace("\"attempt\":1", "\"attempt\":1,\"later\":true")
            .into_bytes()
    }

    #[test]
    fn unknown_fields_of_a_newer_minor_version_are_ignored() {
        for count in [1, 5] {
            let (body, properties) = published(&completed(count));
            let known = read_events(&body, &properties).expect("valid");
            let newer = with_unknown_field(&body, "1.999.0");
            assert_eq!(read_events(&newer, &properties), Ok(known));
            for version in [CONTRACT_VERSION, "1.0.7", "2.0.0"] {
                let message = with_unknown_field(&body, version);
                assert!(read_events(&message, &properties).is_err(), "{version}");
            }
        }
    }

    #[test]
    fn newer_minor_versions_keep_every_known_rule() {
        let (body, properties) = published(&completed(1));
        let newer = String::from_utf8(with_unknown_field(&body, "1.999.0")).expect("text");
        for (from, to) in [
            ("\"attempt\":1", "\"attempt\":0"),
            ("\"durationMs\":", "\"duration\":"),
            ("processor-1", ""),
        ] {
            let changed = newer.replacen(from, to, 1);
            assert_ne!(changed, newer, "{from}");
            assert!(
                read_events(changed.as_bytes(), &properties).is_err(),
                "{to}"
            );
        }
    }

    #[test]
    fn events_of_the_version_without_traces_are_read() {
        let mut events = completed(1);
        events[0].trace = None;
        let (body, properties) = published(&events);
        let text = String::from_utf8(body).expect("text");
        assert!(!text.contains("traceparent"));
        let older = text.replace(CONTRACT_VERSION, "1.0.0");
        let read = read_events(older.as_bytes(), &properties).expect("valid");
        assert_eq!(read[0].entry, LogEntry::Event(events.remove(0).into()));
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
