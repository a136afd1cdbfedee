//! The validators that the build generates from the schema files. They only say yes or no; what is wrong is
//! worked out by the validators of [`super::Schemas`], which are slower and rarely needed.

use serde_json::Value;

use crate::EventType;

/// `job-submission.json`.
#[jsonschema::validator(
    path = "../../../contracts/schemas/job-submission.json",
    validate_formats = true,
    pattern_options = { engine = regex },
    methods = { is_valid = true, validate = false, iter_errors = false },
    resources = {
        "https://odd-dashboard.dev/contracts/common.json" => { path = "../../../contracts/schemas/common.json" },
    }
)]
struct Submission;

/// `batch-submission.json`.
#[jsonschema::validator(
    path = "../../../contracts/schemas/batch-submission.json",
    validate_formats = true,
    pattern_options = { engine = regex },
    methods = { is_valid = true, validate = false, iter_errors = false },
    resources = {
        "https://odd-dashboard.dev/contracts/common.json" => { path = "../../../contracts/schemas/common.json" },
        "https://odd-dashboard.dev/contracts/job-submission.json" => { path = "../../../contracts/schemas/job-submission.json" },
    }
)]
struct Batch;

/// The members that every event has, of `event-envelope.json`.
#[jsonschema::validator(
    schema = r#"{"$ref": "https://odd-dashboard.dev/contracts/event-envelope.json#/$defs/frame"}"#,
    validate_formats = true,
    pattern_options = { engine = regex },
    methods = { is_valid = true, validate = false, iter_errors = false },
    resources = {
        "https://odd-dashboard.dev/contracts/common.json" => { path = "../../../contracts/schemas/common.json" },
        "https://odd-dashboard.dev/contracts/event-envelope.json" => { path = "../../../contracts/schemas/event-envelope.json" },
        "https://odd-dashboard.dev/contracts/events/job.created.json" => { path = "../../../contracts/schemas/events/job.created.json" },
        "https://odd-dashboard.dev/contracts/events/job.due.json" => { path = "../../../contracts/schemas/events/job.due.json" },
        "https://odd-dashboard.dev/contracts/events/job.validated.json" => { path = "../../../contracts/schemas/events/job.validated.json" },
        "https://odd-dashboard.dev/contracts/events/job.started.json" => { path = "../../../contracts/schemas/events/job.started.json" },
        "https://odd-dashboard.dev/contracts/events/job.progressed.json" => { path = "../../../contracts/schemas/events/job.progressed.json" },
        "https://odd-dashboard.dev/contracts/events/job.retrying.json" => { path = "../../../contracts/schemas/events/job.retrying.json" },
        "https://odd-dashboard.dev/contracts/events/job.requeued.json" => { path = "../../../contracts/schemas/events/job.requeued.json" },
        "https://odd-dashboard.dev/contracts/events/job.completed.json" => { path = "../../../contracts/schemas/events/job.completed.json" },
        "https://odd-dashboard.dev/contracts/events/job.failed.json" => { path = "../../../contracts/schemas/events/job.failed.json" },
        "https://odd-dashboard.dev/contracts/events/job.cancelled.json" => { path = "../../../contracts/schemas/events/job.cancelled.json" },
    }
)]
struct Frame;

/// `events/job.created.json`.
#[jsonschema::validator(
    path = "../../../contracts/schemas/events/job.created.json",
    validate_formats = true,
    pattern_options = { engine = regex },
    methods = { is_valid = true, validate = false, iter_errors = false },
    resources = {
        "https://odd-dashboard.dev/contracts/common.json" => { path = "../../../contracts/schemas/common.json" },
    }
)]
struct Created;

/// `events/job.due.json`.
#[jsonschema::validator(
    path = "../../../contracts/schemas/events/job.due.json",
    validate_formats = true,
    pattern_options = { engine = regex },
    methods = { is_valid = true, validate = false, iter_errors = false },
    resources = {
        "https://odd-dashboard.dev/contracts/common.json" => { path = "../../../contracts/schemas/common.json" },
    }
)]
struct Due;

/// `events/job.validated.json`.
#[jsonschema::validator(
    path = "../../../contracts/schemas/events/job.validated.json",
    validate_formats = true,
    pattern_options = { engine = regex },
    methods = { is_valid = true, validate = false, iter_errors = false },
    resources = {
        "https://odd-dashboard.dev/contracts/common.json" => { path = "../../../contracts/schemas/common.json" },
    }
)]
struct Validated;

/// `events/job.started.json`.
#[jsonschema::validator(
    path = "../../../contracts/schemas/events/job.started.json",
    validate_formats = true,
    pattern_options = { engine = regex },
    methods = { is_valid = true, validate = false, iter_errors = false },
    resources = {
        "https://odd-dashboard.dev/contracts/common.json" => { path = "../../../contracts/schemas/common.json" },
    }
)]
struct Started;

/// `events/job.progressed.json`.
#[jsonschema::validator(
    path = "../../../contracts/schemas/events/job.progressed.json",
    validate_formats = true,
    pattern_options = { engine = regex },
    methods = { is_valid = true, validate = false, iter_errors = false },
    resources = {
        "https://odd-dashboard.dev/contracts/common.json" => { path = "../../../contracts/schemas/common.json" },
    }
)]
struct Progressed;

/// `events/job.retrying.json`.
#[jsonschema::validator(
    path = "../../../contracts/schemas/events/job.retrying.json",
    validate_formats = true,
    pattern_options = { engine = regex },
    methods = { is_valid = true, validate = false, iter_errors = false },
    resources = {
        "https://odd-dashboard.dev/contracts/common.json" => { path = "../../../contracts/schemas/common.json" },
    }
)]
struct Retrying;

/// `events/job.requeued.json`.
#[jsonschema::validator(
    path = "../../../contracts/schemas/events/job.requeued.json",
    validate_formats = true,
    pattern_options = { engine = regex },
    methods = { is_valid = true, validate = false, iter_errors = false },
    resources = {
        "https://odd-dashboard.dev/contracts/common.json" => { path = "../../../contracts/schemas/common.json" },
    }
)]
struct Requeued;

/// `events/job.completed.json`.
#[jsonschema::validator(
    path = "../../../contracts/schemas/events/job.completed.json",
    validate_formats = true,
    pattern_options = { engine = regex },
    methods = { is_valid = true, validate = false, iter_errors = false },
    resources = {
        "https://odd-dashboard.dev/contracts/common.json" => { path = "../../../contracts/schemas/common.json" },
    }
)]
struct Completed;

/// `events/job.failed.json`.
#[jsonschema::validator(
    path = "../../../contracts/schemas/events/job.failed.json",
    validate_formats = true,
    pattern_options = { engine = regex },
    methods = { is_valid = true, validate = false, iter_errors = false },
    resources = {
        "https://odd-dashboard.dev/contracts/common.json" => { path = "../../../contracts/schemas/common.json" },
    }
)]
struct Failed;

/// `events/job.cancelled.json`.
#[jsonschema::validator(
    path = "../../../contracts/schemas/events/job.cancelled.json",
    validate_formats = true,
    pattern_options = { engine = regex },
    methods = { is_valid = true, validate = false, iter_errors = false },
    resources = {
        "https://odd-dashboard.dev/contracts/common.json" => { path = "../../../contracts/schemas/common.json" },
    }
)]
struct Cancelled;

/// Whether `value` is a job submission.
pub(super) fn is_submission(value: &Value) -> bool {
    Submission::is_valid(value)
}

/// Whether `value` is a batch submission.
pub(super) fn is_batch(value: &Value) -> bool {
    Batch::is_valid(value)
}

/// Whether `envelope` has the members that every event has.
pub(super) fn is_frame(envelope: &Value) -> bool {
    Frame::is_valid(envelope)
}

/// Whether `payload` is what an event of this type carries.
pub(super) fn is_payload(event_type: EventType, payload: &Value) -> bool {
    match event_type {
        EventType::Created => Created::is_valid(payload),
        EventType::Due => Due::is_valid(payload),
        EventType::Validated => Validated::is_valid(payload),
        EventType::Started => Started::is_valid(payload),
        EventType::Progressed => Progressed::is_valid(payload),
        EventType::Retrying => Retrying::is_valid(payload),
        EventType::Requeued => Requeued::is_valid(payload),
        EventType::Completed => Completed::is_valid(payload),
        EventType::Failed => Failed::is_valid(payload),
        EventType::Cancelled => Cancelled::is_valid(payload),
    }
}
