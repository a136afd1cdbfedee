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

use super::canonical::Canonical;
use super::record::log_record;
use super::{POSITION, wrong, wrong_at};

/// Bytes of a message that are read at most: several times what publishers send, and what can be parked as a whole.
const LONGEST: usize = ParkedMessage::MOST_BYTES;

/// Reads messages of the event queues.
pub(crate) struct EventReader(Canonical);

impl EventReader {
    pub(crate) fn new() -> Self {
        Self(Canonical::new())
    }

    /// What a message says: events with their places. Without a place, as somebody else may send it, there is nothing to
    /// do with it.
    ///
    /// # Errors
    /// Why the message cannot be used.
    pub(crate) fn read(
        &mut self,
        body: &[u8],
        properties: &BasicProperties,
    ) -> Result<Vec<LogRecord>, Vec<FieldError>> {
        let first = place(properties).filter(|_| body.len() <= LONGEST);
        match first.and_then(|first| self.0.read(body, first)) {
            Some(entries) => Ok(entries),
            None => read_any(body, properties),
        }
    }
}

/// Reads whatever somebody sent, and says what is wrong with it.
fn read_any(body: &[u8], properties: &BasicProperties) -> Result<Vec<LogRecord>, Vec<FieldError>> {
    let message = read(body)?;
    let first = place(properties)
        .ok_or_else(|| wrong(format!("needs the header {POSITION}: the place in the log")))?;
    if message["eventType"] != MessageType::EventBatch.as_str() {
        validate_event(&message)?;
        return Ok(vec![log_record(first, typed(message)?, "")?]);
    }
    validate_event_batch(&message)?;
    let batch: EventBatch = typed(message)?;
    let events = batch.payload.events.into_iter().enumerate();
    let entries = (first..).zip(events);
    entries
        .map(|(place, (index, event))| {
            log_record(place, event, &format!("/payload/events/{index}"))
        })
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

#[cfg(test)]
mod tests {
    use odd_contracts::Producer;
    use odd_core::ports::Position;
    use odd_core::{Change, JobEvent};

    use super::super::events;
    use super::*;

    fn entries(count: u32) -> Vec<JobEvent> {
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
            occurred_at: odd_contracts::Timestamp::from_micros(1_700_000_000_000_000),
            correlation_id: "5e0a3f4e-52f9-4f1c-9f0e-0b8a1c3d7e21"
                .parse()
                .expect("valid"),
            producer: producer.clone().into(),
            previous_status: Some(odd_contracts::JobStatus::Executing),
            change: Change::Completed {
                duration_ms: f64::from(version) * 12.345,
            },
        };
        (1..=count).map(event).collect()
    }

    /// What is sent of so many events in one message.
    fn sent(count: u32) -> (Vec<u8>, BasicProperties) {
        let events_of = entries(count);
        let places = (7..).map(Position).zip(&events_of);
        let producer = (*events_of[0].producer).clone();
        let message = events(&places.collect::<Vec<_>>(), &producer).remove(0);
        (message.body, message.properties)
    }

    #[test]
    fn what_this_build_writes_is_read_without_a_detour_and_alike() {
        for count in [1, 5, 500] {
            let (body, properties) = sent(count);
            let quickly = Canonical::new().read(&body, 7).expect("canonical");
            assert_eq!(quickly, read_any(&body, &properties).expect("valid"));
        }
    }

    #[test]
    fn whatever_differs_by_a_character_is_checked_as_any_message() {
        for count in [1, 5] {
            let (body, _) = sent(count);
            let text = String::from_utf8(body).expect("text");
            let changes: [(&str, &str); 8] = [
                ("{", "{ "),
                ("\"attempt\":1", "\"attempt\":1.0"),
                ("\"attempt\":1", "\"attempt\":null"),
                ("\"attempt\":1", "\"attempt\":0"),
                ("\"attempt\":1", "\"attempt\":1,\"attempt\":1"),
                ("processor-1", ""),
                ("0192f0c1", "0192F0C1"),
                ("5e0a3f4e-52f9", "5e0a3f4e52f9"),
            ];
            for (from, to) in changes {
                let changed = text.replacen(from, to, 1);
                assert_ne!(changed, text, "{from}");
                let read = Canonical::new().read(changed.as_bytes(), 7);
                assert_eq!(read, None, "{to}");
            }
        }
    }
}
