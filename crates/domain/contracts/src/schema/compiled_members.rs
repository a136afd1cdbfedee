//! Generated validators of single members of events.

use serde_json::Value;

/// `jobId` of `common.json`.
#[jsonschema::validator(
    schema = r#"{"$ref": "https://odd-dashboard.dev/contracts/common.json#/$defs/jobId"}"#,
    validate_formats = true,
    methods = { is_valid = true, validate = false, iter_errors = false },
    resources = {
        "https://odd-dashboard.dev/contracts/common.json" => { path = "../../../contracts/schemas/common.json" },
    }
)]
struct JobId;

/// `eventId` of `common.json`.
#[jsonschema::validator(
    schema = r#"{"$ref": "https://odd-dashboard.dev/contracts/common.json#/$defs/eventId"}"#,
    validate_formats = true,
    methods = { is_valid = true, validate = false, iter_errors = false },
    resources = {
        "https://odd-dashboard.dev/contracts/common.json" => { path = "../../../contracts/schemas/common.json" },
    }
)]
struct EventId;

/// `correlationId` of `common.json`.
#[jsonschema::validator(
    schema = r#"{"$ref": "https://odd-dashboard.dev/contracts/common.json#/$defs/correlationId"}"#,
    validate_formats = true,
    methods = { is_valid = true, validate = false, iter_errors = false },
    resources = {
        "https://odd-dashboard.dev/contracts/common.json" => { path = "../../../contracts/schemas/common.json" },
    }
)]
struct CorrelationId;

/// `timestamp` of `common.json`.
#[jsonschema::validator(
    schema = r#"{"$ref": "https://odd-dashboard.dev/contracts/common.json#/$defs/timestamp"}"#,
    validate_formats = true,
    methods = { is_valid = true, validate = false, iter_errors = false },
    resources = {
        "https://odd-dashboard.dev/contracts/common.json" => { path = "../../../contracts/schemas/common.json" },
    }
)]
struct Timestamp;

/// `version` of `common.json`.
#[jsonschema::validator(
    schema = r#"{"$ref": "https://odd-dashboard.dev/contracts/common.json#/$defs/version"}"#,
    validate_formats = true,
    methods = { is_valid = true, validate = false, iter_errors = false },
    resources = {
        "https://odd-dashboard.dev/contracts/common.json" => { path = "../../../contracts/schemas/common.json" },
    }
)]
struct Version;

/// `attempt` of `common.json`.
#[jsonschema::validator(
    schema = r#"{"$ref": "https://odd-dashboard.dev/contracts/common.json#/$defs/attempt"}"#,
    validate_formats = true,
    methods = { is_valid = true, validate = false, iter_errors = false },
    resources = {
        "https://odd-dashboard.dev/contracts/common.json" => { path = "../../../contracts/schemas/common.json" },
    }
)]
struct Attempt;

/// `priority` of `common.json`.
#[jsonschema::validator(
    schema = r#"{"$ref": "https://odd-dashboard.dev/contracts/common.json#/$defs/priority"}"#,
    validate_formats = true,
    methods = { is_valid = true, validate = false, iter_errors = false },
    resources = {
        "https://odd-dashboard.dev/contracts/common.json" => { path = "../../../contracts/schemas/common.json" },
    }
)]
struct Priority;

/// `milliseconds` of `common.json`.
#[jsonschema::validator(
    schema = r#"{"$ref": "https://odd-dashboard.dev/contracts/common.json#/$defs/milliseconds"}"#,
    validate_formats = true,
    methods = { is_valid = true, validate = false, iter_errors = false },
    resources = {
        "https://odd-dashboard.dev/contracts/common.json" => { path = "../../../contracts/schemas/common.json" },
    }
)]
struct Milliseconds;

/// `fraction` of `common.json`.
#[jsonschema::validator(
    schema = r#"{"$ref": "https://odd-dashboard.dev/contracts/common.json#/$defs/fraction"}"#,
    validate_formats = true,
    methods = { is_valid = true, validate = false, iter_errors = false },
    resources = {
        "https://odd-dashboard.dev/contracts/common.json" => { path = "../../../contracts/schemas/common.json" },
    }
)]
struct Fraction;

/// `failureMessage` of `common.json`.
#[jsonschema::validator(
    schema = r#"{"$ref": "https://odd-dashboard.dev/contracts/common.json#/$defs/failureMessage"}"#,
    validate_formats = true,
    methods = { is_valid = true, validate = false, iter_errors = false },
    resources = {
        "https://odd-dashboard.dev/contracts/common.json" => { path = "../../../contracts/schemas/common.json" },
    }
)]
struct FailureMessage;

/// `idempotencyKey` of `event-envelope.json`.
#[jsonschema::validator(
    schema = r#"{"$ref": "https://odd-dashboard.dev/contracts/event-envelope.json#/$defs/frame/properties/idempotencyKey"}"#,
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
struct IdempotencyKey;

/// Whether a value follows the definition with this name in `common.json`; nothing for definitions that have
/// no generated validator.
pub(super) fn is_definition(name: &str) -> Option<fn(&Value) -> bool> {
    Some(match name {
        "jobId" => JobId::is_valid,
        "eventId" => EventId::is_valid,
        "correlationId" => CorrelationId::is_valid,
        "timestamp" => Timestamp::is_valid,
        "version" => Version::is_valid,
        "attempt" => Attempt::is_valid,
        "priority" => Priority::is_valid,
        "milliseconds" => Milliseconds::is_valid,
        "fraction" => Fraction::is_valid,
        "failureMessage" => FailureMessage::is_valid,
        _ => return None,
    })
}

/// Whether `key` is one that an event may have.
pub(super) fn is_idempotency_key(key: &Value) -> bool {
    IdempotencyKey::is_valid(key)
}
