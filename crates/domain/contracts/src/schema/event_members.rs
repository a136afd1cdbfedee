use serde_json::{Number, Value};
use uuid::Uuid;

use super::EventParts;
use super::event_template::members_of;
use crate::ids::decimal;
use crate::{CONTRACT_VERSION, Timestamp};

/// What an envelope is made of.
pub(super) struct Content<'a> {
    pub(super) parts: &'a EventParts<'a>,
    pub(super) contract_version: &'a str,
    /// Absent: the one that follows from job and version.
    pub(super) idempotency_key: Option<&'a str>,
}

impl<'a> Content<'a> {
    /// The content of the envelope that `parts` stand for.
    pub(super) fn of(parts: &'a EventParts<'a>) -> Self {
        Self {
            parts,
            contract_version: CONTRACT_VERSION,
            idempotency_key: None,
        }
    }
}

/// Writes one member; what is absent is left as it is.
pub(super) type Write = fn(&mut Value, &Content<'_>);

/// The members of an envelope.
pub(super) const ENVELOPE: [(&str, Write); 8] = [
    ("contractVersion", |v, c| set_text(v, c.contract_version)),
    ("correlationId", |v, c| {
        set_uuid(v, c.parts.correlation_id.0)
    }),
    ("eventId", |v, c| set_uuid(v, c.parts.event_id().0)),
    ("eventType", |v, c| set_text(v, c.parts.event_type.as_str())),
    ("idempotencyKey", |v, c| set_key(v, c)),
    ("occurredAt", |v, c| set_time(v, c.parts.occurred_at)),
    ("payload", |_, _| {}),
    ("producer", |v, c| set_producer(v, c)),
];

/// The members that a payload may have.
pub(super) const PAYLOAD: [(&str, Write); 15] = [
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
    set_uuid(value, content.parts.job_id.0);
    if let Value::String(key) = value {
        key.push(':');
        key.push_str(decimal(content.parts.version, &mut [0; 10]));
    }
}
