use std::sync::LazyLock;

use serde_json::{Value, json};

use super::compiled::{Batch, Event, Submission};
use super::{MAX_ERRORS, Schema, Schemas};
use crate::FieldError;

/// Validates the body of `POST /jobs`.
///
/// # Errors
/// Everything that is wrong, at most [`MAX_ERRORS`].
pub fn validate_submission(value: &Value) -> Result<(), Vec<FieldError>> {
    if Submission::is_valid(value) {
        return Ok(());
    }
    Err(explain("job-submission", value))
}

/// Validates the body of `POST /jobs/batch`. Pointers contain the index of the job, as in `/jobs/3/type`.
///
/// # Errors
/// What is wrong with each invalid job, at most [`MAX_ERRORS`] in all. If every job is valid, what is wrong with the rest
/// of the body.
pub fn validate_batch(value: &Value) -> Result<(), Vec<FieldError>> {
    if Batch::is_valid(value) {
        return Ok(());
    }
    let mut errors = errors_of_items(&value["jobs"], "/jobs", validate_submission);
    if errors.is_empty() {
        errors = explain("batch-submission", value);
    }
    Err(errors)
}

/// The schema of everything around the events of a batch.
static BATCH_FRAME: LazyLock<Schema> = LazyLock::new(|| {
    let frame =
        json!({"$ref": "https://odd-dashboard.dev/contracts/event-batch.json#/$defs/frame"});
    Schemas::embedded()
        .compile(frame)
        .expect("a test compiles the frame of event-batch.json")
});

/// Validates several events in one message. Pointers contain the index of the event, as in
/// `/payload/events/3/eventId`.
///
/// # Errors
/// What is wrong with the frame. If the frame is valid, what is wrong with each invalid event, at most [`MAX_ERRORS`]
/// in all.
pub fn validate_event_batch(value: &Value) -> Result<(), Vec<FieldError>> {
    BATCH_FRAME.validate(value)?;
    let events = &value["payload"]["events"];
    let errors = errors_of_items(events, "/payload/events", validate_event);
    if errors.is_empty() {
        return Ok(());
    }
    Err(errors)
}

/// Validates an event: the envelope, and the payload that its type prescribes.
///
/// # Errors
/// Everything that is wrong, at most [`MAX_ERRORS`].
pub fn validate_event(value: &Value) -> Result<(), Vec<FieldError>> {
    if Event::is_valid(value) {
        return Ok(());
    }
    Err(explain("event-envelope", value))
}

/// Returns what is wrong with the items of the array at the pointer `at`, at most [`MAX_ERRORS`].
fn errors_of_items(
    array: &Value,
    at: &str,
    validate: fn(&Value) -> Result<(), Vec<FieldError>>,
) -> Vec<FieldError> {
    let items = array.as_array().into_iter().flatten().enumerate();
    items
        .filter_map(|(index, item)| Some((index, validate(item).err()?)))
        .flat_map(|(index, errors)| {
            errors.into_iter().map(move |error| FieldError {
                pointer: format!("{at}/{index}{}", error.pointer),
                message: error.message,
            })
        })
        .take(MAX_ERRORS)
        .collect()
}

/// Returns what the slower validator of the same schema finds.
///
/// Both validators come from one file, so it always finds something; a property test compares them. If they ever
/// differed, the value would still be rejected.
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
