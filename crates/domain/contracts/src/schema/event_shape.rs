use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde_json::{Value, json};

use super::compiled_members::{is_definition, is_idempotency_key};
use super::documents::id_of;
use super::event_members::{Content, ENVELOPE, PAYLOAD, Write};
use super::event_template::optional_members_of;
use super::{EventParts, Schema, Schemas};
use crate::{EventType, FailureReason, JobStatus, JobType, Producer, QueueName};

/// The members that make up the shape of an event, together with which of the others are there. Beyond them,
/// a schema of an event looks at every member by itself.
const FIXED: [&str; 10] = [
    "contractVersion",
    "eventType",
    "jobType",
    "payload",
    "previousStatus",
    "producer",
    "queue",
    "reason",
    "status",
    "workerId",
];

/// What an event that followed its contract has in common with many others. Another event of the same shape
/// follows the contract when each of its remaining members does.
#[derive(Debug)]
pub(super) struct EventShape {
    optional: u16,
    status: JobStatus,
    previous_status: Option<JobStatus>,
    reason: Option<FailureReason>,
    job_type: JobType,
    queue: QueueName,
    worker_id: Option<String>,
    producer: Producer,
    varying: Vec<VaryingMember>,
}

#[derive(Debug)]
struct VaryingMember {
    write: Write,
    value: Value,
    check: &'static Check,
    origin: Option<Origin>,
    /// The origin of `value` when that was found valid.
    checked: Option<i64>,
}

/// What a member is made of, when that tells whether it is as good as in the event before: a group of events
/// shares its time; texts of ids, and what is made of ids and versions, are as good as any other of their kind.
type Origin = fn(&Content<'_>) -> Option<i64>;

fn origin(name: &str) -> Option<Origin> {
    match name {
        "correlationId" | "jobId" => Some(|_| Some(0)),
        "eventId" => Some(|content| content.parts.event_id.is_none().then_some(0)),
        "idempotencyKey" => Some(|content| content.idempotency_key.is_none().then_some(0)),
        "occurredAt" => Some(|content| Some(content.parts.occurred_at.as_micros())),
        _ => None,
    }
}

impl VaryingMember {
    fn allows(&mut self, content: &Content<'_>) -> bool {
        let origin = self.origin.and_then(|origin| origin(content));
        if origin.is_some() && origin == self.checked {
            return true;
        }
        (self.write)(&mut self.value, content);
        let is_valid = match self.check {
            Check::Generated(is_valid) => is_valid(&self.value),
            Check::Compiled(schema) => schema.is_valid(&self.value),
        };
        self.checked = origin.filter(|_| is_valid);
        is_valid
    }
}

/// How a member is checked.
#[derive(Debug)]
enum Check {
    Generated(fn(&Value) -> bool),
    Compiled(Box<Schema>),
}

impl EventShape {
    /// The shape of an event whose JSON, `envelope`, was found to follow the contract.
    pub(super) fn of(parts: &EventParts<'_>, envelope: &Value) -> Self {
        let frame = varying_members(&ENVELOPE, "event-envelope", envelope);
        let payload_schema = payload_schema(parts.event_type);
        let payload = varying_members(&PAYLOAD, &payload_schema, &envelope["payload"]);
        Self {
            optional: optional_members_of(parts),
            status: parts.status,
            previous_status: parts.previous_status,
            reason: parts.reason,
            job_type: parts.job_type.clone(),
            queue: parts.queue.clone(),
            worker_id: parts.worker_id.map(str::to_owned),
            producer: parts.producer.clone(),
            varying: frame.chain(payload).collect(),
        }
    }

    /// Whether an event of the same type has this shape.
    pub(super) fn is_shape_of(&self, parts: &EventParts<'_>) -> bool {
        self.optional == optional_members_of(parts)
            && self.status == parts.status
            && self.previous_status == parts.previous_status
            && self.reason == parts.reason
            && self.job_type == *parts.job_type
            && self.queue == *parts.queue
            && self.worker_id.as_deref() == parts.worker_id
            && self.producer == *parts.producer
    }

    /// Whether everything that the shape leaves open follows the contract.
    pub(super) fn allows(&mut self, content: &Content<'_>) -> bool {
        self.varying.iter_mut().all(|member| member.allows(content))
    }
}

fn varying_members(
    known: &'static [(&str, Write)],
    schema: &str,
    object: &Value,
) -> impl Iterator<Item = VaryingMember> {
    let varying = known
        .iter()
        .filter(|(name, _)| !FIXED.contains(name) && object.get(name).is_some());
    varying.map(move |(name, write)| VaryingMember {
        write: *write,
        value: Value::Null,
        check: CHECKS
            .get(&(schema.to_owned(), *name))
            .expect("what a schema allows, it describes"),
        origin: origin(name),
        checked: None,
    })
}

/// The checks of the single members, by the schema that they are part of.
static CHECKS: LazyLock<BTreeMap<(String, &'static str), Check>> = LazyLock::new(|| {
    let frame = ENVELOPE.map(|(name, _)| ("event-envelope".to_owned(), name));
    let of_payload = |schema: String| PAYLOAD.map(|(name, _)| (schema.clone(), name));
    let payloads = EventType::ALL.map(payload_schema).map(of_payload);
    frame
        .into_iter()
        .chain(payloads.into_iter().flatten())
        .filter(|(_, name)| !FIXED.contains(name))
        .filter_map(|(schema, name)| Some(((schema.clone(), name), member_check(&schema, name)?)))
        .collect()
});

fn payload_schema(event_type: EventType) -> String {
    format!("events/{event_type}")
}

/// The check of a member that `schema` describes.
fn member_check(schema: &str, name: &str) -> Option<Check> {
    if (schema, name) == ("event-envelope", "idempotencyKey") {
        return Some(Check::Generated(is_idempotency_key));
    }
    let document = Schemas::embedded().get(schema)?.document();
    let path = match schema {
        "event-envelope" => "/$defs/frame/properties",
        _ => "/properties",
    };
    let member = document.pointer(path)?.get(name)?;
    if let Some(is_valid) = definition(member).and_then(is_definition) {
        return Some(Check::Generated(is_valid));
    }
    let reference = json!({ "$ref": format!("{}#{path}/{name}", id_of(schema)) });
    let compiled = Schemas::embedded().compile(reference);
    Some(Check::Compiled(Box::new(
        compiled.expect("part of an embedded schema compiles"),
    )))
}

/// The definition of `common.json` that `member` refers to, when it says nothing else.
fn definition(member: &Value) -> Option<&str> {
    let mut keywords = member.as_object()?.keys();
    if !keywords.all(|keyword| keyword == "$ref" || keyword == "description") {
        return None;
    }
    let (_, name) = member["$ref"].as_str()?.split_once("common.json#/$defs/")?;
    Some(name)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What applies to members one by one, or to which of them are there.
    const BY_MEMBER: [&str; 9] = [
        "$id",
        "$schema",
        "$version",
        "additionalProperties",
        "description",
        "properties",
        "required",
        "title",
        "type",
    ];

    fn is_by_member(schema: &Value) -> bool {
        let keywords = schema.as_object().expect("an object");
        keywords
            .iter()
            .all(|(keyword, below)| match keyword.as_str() {
                "if" | "then" | "else" => is_by_member(below) && names_only_fixed(below),
                keyword => BY_MEMBER.contains(&keyword),
            })
    }

    fn names_only_fixed(schema: &Value) -> bool {
        let named = schema["properties"].as_object().into_iter().flatten();
        named
            .into_iter()
            .all(|(name, _)| FIXED.contains(&name.as_str()))
    }

    #[test]
    fn schemas_of_events_look_at_every_varying_member_by_itself() {
        for event_type in EventType::ALL {
            let schema = Schemas::embedded().get(&payload_schema(event_type));
            assert!(
                is_by_member(schema.expect("embedded").document()),
                "{event_type}"
            );
        }
        let envelope = Schemas::embedded().get("event-envelope");
        let mut envelope = envelope.expect("embedded").document().clone();
        assert!(is_by_member(&envelope["$defs"]["frame"]));
        for rule in envelope["allOf"].as_array_mut().expect("an array") {
            assert!(is_by_member(rule));
        }
    }
}
