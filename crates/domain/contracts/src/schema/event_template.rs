use serde_json::{Map, Number, Value};
use uuid::Uuid;

use super::EventParts;
use crate::Timestamp;
use crate::ids::decimal;

/// The JSON of an event, kept from one event to the next: maps and strings stay, only their content is
/// written again.
#[derive(Debug)]
pub(super) struct EventTemplate {
    envelope: Value,
    optional: u16,
    /// How to write each member of the payload, in the order in which the map yields them.
    payload_writers: Vec<Write>,
    envelope_writers: Vec<Write>,
}

/// What an envelope is made of.
pub(super) struct Content<'a> {
    pub(super) parts: &'a EventParts<'a>,
    pub(super) contract_version: &'a str,
    /// Absent: the one that follows from job and version.
    pub(super) idempotency_key: Option<&'a str>,
}

type Write = fn(&mut Value, &Content<'_>);

const ENVELOPE: [(&str, Write); 8] = [
    ("contractVersion", |v, c| set_text(v, c.contract_version)),
    ("correlationId", |v, c| {
        set_uuid(v, c.parts.correlation_id.0)
    }),
    ("eventId", |v, c| set_uuid(v, c.parts.event_id.0)),
    ("eventType", |v, c| set_text(v, c.parts.event_type.as_str())),
    ("idempotencyKey", |v, c| set_key(v, c)),
    ("occurredAt", |v, c| set_time(v, c.parts.occurred_at)),
    ("payload", |_, _| {}),
    ("producer", |v, c| set_producer(v, c)),
];

const PAYLOAD: [(&str, Write); 15] = [
    ("attempt", |v, c| set(v, c.parts.attempt, set_number)),
    ("durationMs", |v, c| set(v, c.parts.duration_ms, set_float)),
    ("fraction", |v, c| set(v, c.parts.fraction, set_float)),
    ("jobId", |v, c| set_uuid(v, c.parts.job_id.0)),
    ("jobType", |v, c| set_text(v, c.parts.job_type.as_str())),
    ("message", |v, c| set(v, c.parts.message, set_text)),
    ("previousStatus", |v, c| {
        set(v, c.parts.previous_status.map(|s| s.as_str()), set_text);
    }),
    ("priority", |v, c| set(v, c.parts.priority, set_number)),
    ("queue", |v, c| set_text(v, c.parts.queue.as_str())),
    ("reason", |v, c| {
        set(v, c.parts.reason.map(|r| r.as_str()), set_text)
    }),
    ("runAt", |v, c| set(v, c.parts.run_at, set_time)),
    ("status", |v, c| set_text(v, c.parts.status.as_str())),
    ("version", |v, c| set_number(v, c.parts.version)),
    ("waitMs", |v, c| set(v, c.parts.wait_ms, set_float)),
    ("workerId", |v, c| set(v, c.parts.worker_id, set_text)),
];

/// The members that not every payload has, in the order of the bits of [`optional_members_of`].
const OPTIONAL: [&str; 10] = [
    "attempt",
    "durationMs",
    "fraction",
    "message",
    "previousStatus",
    "priority",
    "reason",
    "runAt",
    "waitMs",
    "workerId",
];

const REQUIRED: [&str; 5] = ["jobId", "jobType", "queue", "status", "version"];

impl EventTemplate {
    /// An event without content; [`Self::fill`] gives it one.
    pub(super) fn new() -> Self {
        let mut members = object_of(&ENVELOPE.map(|(name, _)| name));
        let payload = object_of(&REQUIRED);
        let payload_writers = writers_of(&payload, &PAYLOAD);
        let envelope_writers = writers_of(&members, &ENVELOPE);
        members["payload"] = Value::Object(payload);
        members["producer"] = Value::Object(object_of(&["instanceId", "service", "version"]));
        Self {
            envelope: Value::Object(members),
            optional: 0,
            payload_writers,
            envelope_writers,
        }
    }

    /// The envelope with this content.
    pub(super) fn fill(&mut self, content: &Content<'_>) -> &Value {
        let members = members_of(&mut self.envelope);
        write(members, &self.envelope_writers, content);
        let payload = members_of(&mut members["payload"]);
        let optional = optional_members_of(content.parts);
        if optional != self.optional {
            reshape(payload, optional);
            self.payload_writers = writers_of(payload, &PAYLOAD);
            self.optional = optional;
        }
        write(payload, &self.payload_writers, content);
        &self.envelope
    }
}

fn object_of(names: &[&str]) -> Map<String, Value> {
    names
        .iter()
        .map(|name| ((*name).to_owned(), Value::Null))
        .collect()
}

fn members_of(value: &mut Value) -> &mut Map<String, Value> {
    value
        .as_object_mut()
        .expect("the template holds objects where objects belong")
}

fn writers_of(members: &Map<String, Value>, known: &[(&str, Write)]) -> Vec<Write> {
    let writer = |name: &String| {
        let found = known.iter().find(|(known, _)| known == name);
        found.expect("the template has no other members").1
    };
    members.keys().map(writer).collect()
}

fn write(members: &mut Map<String, Value>, writers: &[Write], content: &Content<'_>) {
    for (value, write) in members.values_mut().zip(writers) {
        write(value, content);
    }
}

fn optional_members_of(parts: &EventParts<'_>) -> u16 {
    [
        parts.attempt.is_some(),
        parts.duration_ms.is_some(),
        parts.fraction.is_some(),
        parts.message.is_some(),
        parts.previous_status.is_some(),
        parts.priority.is_some(),
        parts.reason.is_some(),
        parts.run_at.is_some(),
        parts.wait_ms.is_some(),
        parts.worker_id.is_some(),
    ]
    .into_iter()
    .rev()
    .fold(0, |bits, present| bits << 1 | u16::from(present))
}

/// Makes room for the members that an event carries, and for no others.
fn reshape(payload: &mut Map<String, Value>, optional: u16) {
    for (place, name) in OPTIONAL.into_iter().enumerate() {
        if optional & (1 << place) == 0 {
            payload.remove(name);
        } else {
            payload.entry(name).or_insert(Value::Null);
        }
    }
}

fn set<T>(value: &mut Value, part: Option<T>, write: impl Fn(&mut Value, T)) {
    if let Some(part) = part {
        write(value, part);
    }
}

fn set_text(value: &mut Value, text: &str) {
    match value {
        Value::String(kept) => {
            kept.clear();
            kept.push_str(text);
        }
        other => *other = Value::String(text.to_owned()),
    }
}

fn set_number(value: &mut Value, number: impl Into<Number>) {
    *value = Value::Number(number.into());
}

/// As `serde_json` does it: what JSON cannot say becomes null.
fn set_float(value: &mut Value, number: f64) {
    *value = Number::from_f64(number).map_or(Value::Null, Value::Number);
}

fn set_uuid(value: &mut Value, id: Uuid) {
    set_text(
        value,
        id.hyphenated().encode_lower(&mut Uuid::encode_buffer()),
    );
}

fn set_time(value: &mut Value, time: Timestamp) {
    time.with_text(|text| set_text(value, text));
}

fn set_producer(value: &mut Value, content: &Content<'_>) {
    let producer = content.parts.producer;
    for (name, value) in members_of(value) {
        match name.as_str() {
            "instanceId" => set_text(value, &producer.instance_id),
            "service" => set_text(value, &producer.service),
            "version" => set_text(value, &producer.version),
            other => unreachable!("the template has no member {other}"),
        }
    }
}

fn set_key(value: &mut Value, content: &Content<'_>) {
    if let Some(key) = content.idempotency_key {
        return set_text(value, key);
    }
    let mut key = [0; 36 + 1 + 10];
    content.parts.job_id.0.hyphenated().encode_lower(&mut key);
    key[36] = b':';
    let mut digits = [0; 10];
    let digits = decimal(content.parts.version, &mut digits);
    key[37..37 + digits.len()].copy_from_slice(digits);
    let text = std::str::from_utf8(&key[..37 + digits.len()]);
    set_text(value, text.expect("an id, a colon and digits are ASCII"));
}
