use serde_json::{Map, Number, Value};
use uuid::Uuid;

use super::EventParts;
use crate::ids::decimal;
use crate::{Producer, Timestamp};

/// The members that not every payload has.
const OPTIONAL_MEMBERS: [&str; 10] = [
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

/// The JSON of an event, kept from one event to the next: only what differs is written again.
#[derive(Debug)]
pub(super) struct EventTemplate {
    envelope: Value,
    optional: u16,
}

impl EventTemplate {
    /// An event without content; [`Self::fill`] gives it one.
    pub(super) fn new() -> Self {
        let members = [
            "contractVersion",
            "correlationId",
            "eventId",
            "eventType",
            "idempotencyKey",
            "occurredAt",
            "payload",
            "producer",
        ];
        let mut envelope: Map<String, Value> = members.map(named_null).into_iter().collect();
        let payload = ["jobId", "jobType", "queue", "status", "version"];
        envelope["payload"] = Value::Object(payload.map(named_null).into_iter().collect());
        let producer = ["instanceId", "service", "version"];
        envelope["producer"] = Value::Object(producer.map(named_null).into_iter().collect());
        Self {
            envelope: Value::Object(envelope),
            optional: 0,
        }
    }

    /// The envelope of `parts`. Without `key` it carries the one that follows from job and version.
    pub(super) fn fill(
        &mut self,
        parts: &EventParts<'_>,
        contract_version: &str,
        key: Option<&str>,
    ) -> &Value {
        let optional = optional_members_of(parts);
        let reshape = optional != self.optional;
        self.optional = optional;
        for (name, value) in members_of(&mut self.envelope) {
            match name.as_str() {
                "contractVersion" => set_text(value, contract_version),
                "correlationId" => set_uuid(value, parts.correlation_id.0),
                "eventId" => set_uuid(value, parts.event_id.0),
                "eventType" => set_text(value, parts.event_type.as_str()),
                "idempotencyKey" => match key {
                    Some(key) => set_text(value, key),
                    None => set_derived_key(value, parts),
                },
                "occurredAt" => set_time(value, parts.occurred_at),
                "payload" => {
                    let payload = members_of(value);
                    if reshape {
                        reshape_payload(payload, optional);
                    }
                    fill_payload(payload, parts);
                }
                "producer" => fill_producer(members_of(value), parts.producer),
                other => unreachable!("the template has no member {other}"),
            }
        }
        &self.envelope
    }
}

fn named_null(name: &str) -> (String, Value) {
    (name.to_owned(), Value::Null)
}

fn members_of(value: &mut Value) -> &mut Map<String, Value> {
    value
        .as_object_mut()
        .expect("the template holds objects where objects belong")
}

fn fill_producer(members: &mut Map<String, Value>, producer: &Producer) {
    for (name, value) in members {
        match name.as_str() {
            "instanceId" => set_text(value, &producer.instance_id),
            "service" => set_text(value, &producer.service),
            "version" => set_text(value, &producer.version),
            other => unreachable!("the template has no member {other}"),
        }
    }
}

/// Which of [`OPTIONAL_MEMBERS`] an event carries, one bit each.
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
    .enumerate()
    .fold(0, |bits, (place, present)| {
        bits | (u16::from(present) << place)
    })
}

fn reshape_payload(members: &mut Map<String, Value>, optional: u16) {
    for (place, name) in OPTIONAL_MEMBERS.into_iter().enumerate() {
        if optional & (1 << place) == 0 {
            members.remove(name);
        } else {
            members.entry(name).or_insert(Value::Null);
        }
    }
}

/// Writes the members that [`reshape_payload`] made room for.
fn fill_payload(members: &mut Map<String, Value>, parts: &EventParts<'_>) {
    for (name, value) in members {
        match name.as_str() {
            "attempt" => set(value, parts.attempt, set_number),
            "durationMs" => set(value, parts.duration_ms, set_float),
            "fraction" => set(value, parts.fraction, set_float),
            "jobId" => set_uuid(value, parts.job_id.0),
            "jobType" => set_text(value, parts.job_type.as_str()),
            "message" => set(value, parts.message, set_text),
            "previousStatus" => set(value, parts.previous_status.map(|s| s.as_str()), set_text),
            "priority" => set(value, parts.priority, set_number),
            "queue" => set_text(value, parts.queue.as_str()),
            "reason" => set(value, parts.reason.map(|r| r.as_str()), set_text),
            "runAt" => set(value, parts.run_at, set_time),
            "status" => set_text(value, parts.status.as_str()),
            "version" => set_number(value, parts.version),
            "waitMs" => set(value, parts.wait_ms, set_float),
            "workerId" => set(value, parts.worker_id, set_text),
            other => unreachable!("the template has no member {other}"),
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
        Value::String(old) if old == text => {}
        Value::String(old) => {
            old.clear();
            old.push_str(text);
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

fn set_derived_key(value: &mut Value, parts: &EventParts<'_>) {
    let mut key = [0; 36 + 1 + 10];
    parts.job_id.0.hyphenated().encode_lower(&mut key);
    key[36] = b':';
    let mut digits = [0; 10];
    let digits = decimal(parts.version, &mut digits);
    key[37..37 + digits.len()].copy_from_slice(digits);
    let text = std::str::from_utf8(&key[..37 + digits.len()]);
    set_text(value, text.expect("an id, a colon and digits are ASCII"));
}
