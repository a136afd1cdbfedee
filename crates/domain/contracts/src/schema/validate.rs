use std::sync::LazyLock;

use serde_json::{Value, json};

use super::{Schema, Schemas, compiled};
use crate::{EventType, FieldError};

/// How many errors one report holds at most.
pub const MAX_ERRORS: usize = 100;

/// Checks the body of `POST /jobs`.
///
/// # Errors
/// Everything that is wrong, at most [`MAX_ERRORS`].
pub fn validate_submission(value: &Value) -> Result<(), Vec<FieldError>> {
    if compiled::is_submission(value) {
        return Ok(());
    }
    Err(explain("job-submission", value))
}

/// Checks the body of `POST /jobs/batch`. Pointers carry the index of the job, as in `/jobs/3/type`.
///
/// # Errors
/// What is wrong with every bad job, at most [`MAX_ERRORS`] in all; else what is wrong with the frame.
pub fn validate_batch(value: &Value) -> Result<(), Vec<FieldError>> {
    if compiled::is_batch(value) {
        return Ok(());
    }
    let mut errors = Vec::new();
    let jobs = value["jobs"].as_array().into_iter().flatten();
    for (index, job) in jobs.enumerate() {
        let Err(found) = validate_submission(job) else {
            continue;
        };
        errors.extend(found.into_iter().map(|error| within("/jobs", index, error)));
        if errors.len() >= MAX_ERRORS {
            errors.truncate(MAX_ERRORS);
            return Err(errors);
        }
    }
    if errors.is_empty() {
        errors = explain("batch-submission", value);
    }
    Err(errors)
}

/// Everything around the events of a batch.
static BATCH_FRAME: LazyLock<Schema> = LazyLock::new(|| {
    let frame =
        json!({"$ref": "https://odd-dashboard.dev/contracts/event-batch.json#/$defs/frame"});
    Schemas::embedded()
        .compile(frame)
        .expect("event-batch.json has a frame, as a test sees")
});

/// Checks several events in one message. Pointers carry the index of the event, as in `/payload/events/3/eventId`.
///
/// # Errors
/// What is wrong with the frame; else what is wrong with every bad event, at most [`MAX_ERRORS`] in all.
pub fn validate_event_batch(value: &Value) -> Result<(), Vec<FieldError>> {
    BATCH_FRAME.validate(value)?;
    let mut errors = Vec::new();
    let events = value["payload"]["events"].as_array().into_iter().flatten();
    for (index, event) in events.enumerate() {
        let Err(found) = validate_event(event) else {
            continue;
        };
        let found = found.into_iter();
        errors.extend(found.map(|error| within("/payload/events", index, error)));
        if errors.len() >= MAX_ERRORS {
            errors.truncate(MAX_ERRORS);
            break;
        }
    }
    match errors.is_empty() {
        true => Ok(()),
        false => Err(errors),
    }
}

/// Checks an event: the envelope, and the payload that its type prescribes.
///
/// # Errors
/// Everything that is wrong, at most [`MAX_ERRORS`].
pub fn validate_event(value: &Value) -> Result<(), Vec<FieldError>> {
    let event_type = value["eventType"]
        .as_str()
        .and_then(|name| name.parse().ok());
    match event_type {
        Some(event_type) => validate_event_of(event_type, value),
        None => Err(explain("event-envelope", value)),
    }
}

/// Checks an event whose type is known.
pub(super) fn validate_event_of(
    event_type: EventType,
    envelope: &Value,
) -> Result<(), Vec<FieldError>> {
    let is_valid = envelope
        .get("payload")
        .is_some_and(|payload| compiled::is_payload(event_type, payload));
    if is_valid && compiled::is_frame(envelope) {
        return Ok(());
    }
    Err(explain("event-envelope", envelope))
}

fn within(array: &str, index: usize, error: FieldError) -> FieldError {
    FieldError {
        pointer: format!("{array}/{index}{}", error.pointer),
        message: error.message,
    }
}

/// What the slower validator of the same schema finds. It cannot find nothing, as both come from one file; a
/// property test compares them. Should they ever differ, the stricter verdict stands.
fn explain(name: &str, value: &Value) -> Vec<FieldError> {
    let schema = Schemas::embedded()
        .get(name)
        .expect("the names used here are those of embedded schemas");
    schema.validate(value).err().unwrap_or_else(|| {
        vec![FieldError {
            pointer: String::new(),
            message: format!("must follow the schema {name}"),
        }]
    })
}
