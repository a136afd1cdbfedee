//! Messages: what they say, and how. Every message is an envelope.

use std::time::SystemTime;

use lapin::BasicProperties;
use lapin::types::{AMQPValue, FieldTable, ShortString};
use odd_contracts::{
    CONTRACT_VERSION, CorrelationId, EventEnvelope, EventId, JobId, JobType, Producer, QueueName,
    Timestamp,
};
use odd_core::JobEvent;
use odd_core::ports::{LogEntry, Position, Recorded};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Tells the place of a message's first event in the log; the others follow it.
const POSITION: &str = "x-observatory-position";

const PERSISTENT: u8 = 2;

/// Bytes of a message that are read at most: several times what publishers send.
const LONGEST: usize = 16 * 1024 * 1024;

/// Events or jobs of one message at most.
pub(crate) const PACK: usize = 500;

/// Jobs of one hint at most: each hint goes to one worker, so that several share many jobs.
pub(crate) const HINT_JOBS: usize = 64;

/// The routing key and the type of a message with several events.
pub(crate) const BATCH: &str = "job.batch";

/// The type of a hint.
const READY: &str = "work.ready";

/// A message on its way out.
pub(crate) struct Outgoing {
    pub(crate) routing_key: String,
    pub(crate) body: Vec<u8>,
    pub(crate) properties: BasicProperties,
}

/// An envelope whose payload is not one event.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Frame<P> {
    contract_version: String,
    event_type: String,
    event_id: EventId,
    occurred_at: Timestamp,
    producer: Producer,
    correlation_id: CorrelationId,
    idempotency_key: String,
    payload: P,
}

#[derive(Debug, Serialize, Deserialize)]
struct Batch {
    events: Vec<EventEnvelope>,
}

/// Jobs of one queue that became ready.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Ready {
    pub(crate) queue: QueueName,
    pub(crate) jobs: Vec<ReadyJob>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct ReadyJob {
    pub(crate) job_id: JobId,
    pub(crate) job_type: JobType,
}

/// Events that follow one another in the log, as one message.
pub(crate) fn events(entries: &[(Position, &JobEvent)], producer: &Producer) -> Option<Outgoing> {
    let (first, event) = *entries.first()?;
    let (routing_key, body, correlation) = match entries.len() {
        1 => {
            let kind = event.change.event_type().as_str();
            (kind, to_json(&event.to_envelope()), event.correlation_id)
        }
        _ => {
            let batch = Batch {
                events: entries
                    .iter()
                    .map(|(_, event)| event.to_envelope())
                    .collect(),
            };
            let (last, _) = entries[entries.len() - 1];
            let key = format!("events:{}-{}", first.0, last.0);
            let frame = frame(
                BATCH,
                event.correlation_id,
                event.occurred_at,
                producer,
                key,
                batch,
            );
            (BATCH, to_json(&frame), event.correlation_id)
        }
    };
    let mut properties = properties(correlation);
    let mut headers = FieldTable::default();
    let place = i64::try_from(first.0).unwrap_or(i64::MAX);
    headers.insert(ShortString::from(POSITION), AMQPValue::LongLongInt(place));
    properties = properties.with_headers(headers);
    Some(Outgoing {
        routing_key: routing_key.to_owned(),
        body,
        properties,
    })
}

/// A hint.
pub(crate) fn ready(
    routing_key: String,
    ready: &Ready,
    correlation: CorrelationId,
    producer: &Producer,
) -> Outgoing {
    let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
    let now = Timestamp::from_micros(i64::try_from(now.as_micros()).unwrap_or(i64::MAX));
    let key = format!("ready:{}", Uuid::now_v7());
    let frame = frame(READY, correlation, now, producer, key, ready);
    Outgoing {
        routing_key,
        body: to_json(&frame),
        properties: properties(correlation),
    }
}

fn frame<P>(
    event_type: &str,
    correlation_id: CorrelationId,
    occurred_at: Timestamp,
    producer: &Producer,
    idempotency_key: String,
    payload: P,
) -> Frame<P> {
    Frame {
        contract_version: CONTRACT_VERSION.to_owned(),
        event_type: event_type.to_owned(),
        event_id: EventId(Uuid::now_v7()),
        occurred_at,
        producer: producer.clone(),
        correlation_id,
        idempotency_key,
        payload,
    }
}

fn properties(correlation: CorrelationId) -> BasicProperties {
    BasicProperties::default()
        .with_delivery_mode(PERSISTENT)
        .with_content_type(ShortString::from("application/json"))
        .with_correlation_id(ShortString::from(correlation.to_string()))
}

fn to_json<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).expect("messages always print as JSON")
}

/// What a message of the event queues says: events with their places. Without a place, as somebody else may send it,
/// there is nothing to do with it.
///
/// # Errors
/// Why the message is not understood, for people.
pub(crate) fn read_events(
    body: &[u8],
    properties: &BasicProperties,
) -> Result<Vec<Recorded>, String> {
    check_length(body)?;
    let kind: Kind<'_> = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    check_version(kind.contract_version)?;
    let envelopes = if kind.event_type == BATCH {
        let frame: Frame<Batch> =
            serde_json::from_slice(body).map_err(|error| error.to_string())?;
        frame.payload.events
    } else {
        vec![serde_json::from_slice(body).map_err(|error| error.to_string())?]
    };
    let first = place(properties).ok_or_else(|| format!("the header {POSITION} is missing"))?;
    let mut entries = Vec::with_capacity(envelopes.len());
    for (position, envelope) in (first..).zip(envelopes) {
        let event = JobEvent::try_from(envelope).map_err(|error| error.to_string())?;
        entries.push(Recorded {
            position: Position(position),
            entry: LogEntry::Event(event.into()),
        });
    }
    Ok(entries)
}

/// What a hint says.
///
/// # Errors
/// Why the message is not understood, for people.
pub(crate) fn read_ready(body: &[u8]) -> Result<Ready, String> {
    check_length(body)?;
    let kind: Kind<'_> = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    check_version(kind.contract_version)?;
    let frame: Frame<Ready> = serde_json::from_slice(body).map_err(|error| error.to_string())?;
    Ok(frame.payload)
}

/// The members that say how to read the rest.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Kind<'a> {
    contract_version: &'a str,
    event_type: &'a str,
}

fn check_length(body: &[u8]) -> Result<(), String> {
    match body.len() <= LONGEST {
        true => Ok(()),
        false => Err(format!("{} bytes are more than {LONGEST}", body.len())),
    }
}

fn check_version(version: &str) -> Result<(), String> {
    let major = |version: &str| version.split('.').next().map(str::to_owned);
    match major(version) == major(CONTRACT_VERSION) {
        true => Ok(()),
        false => Err(format!(
            "contract version {version} is not understood; this build speaks {CONTRACT_VERSION}"
        )),
    }
}

fn place(properties: &BasicProperties) -> Option<u64> {
    let headers = properties.headers().as_ref()?;
    let value = headers.inner().get(POSITION)?;
    value
        .as_long_long_int()
        .and_then(|place| u64::try_from(place).ok())
}
