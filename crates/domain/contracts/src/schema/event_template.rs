use serde_json::{Map, Value};

use super::EventParts;
use super::event_members::{Content, ENVELOPE, PAYLOAD, Write};

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

pub(super) fn members_of(value: &mut Value) -> &mut Map<String, Value> {
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

pub(super) fn optional_members_of(parts: &EventParts<'_>) -> u16 {
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
