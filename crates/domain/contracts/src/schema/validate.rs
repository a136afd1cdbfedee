use serde_json::Value;

use super::{Schemas, compiled};
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
        errors.extend(found.into_iter().map(|error| within(index, error)));
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

fn within(index: usize, error: FieldError) -> FieldError {
    FieldError {
        pointer: format!("/jobs/{index}{}", error.pointer),
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
