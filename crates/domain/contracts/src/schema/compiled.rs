//! Validators that the build generates from the schema files. They only return yes or no. The validators of
//! [`super::Schemas`], which are slower and rarely needed, find what is wrong.

/// Validates a job submission.
#[jsonschema::validator(
    path = "../../../contracts/schemas/job-submission.json",
    validate_formats = true,
    pattern_options = { engine = regex },
    methods = { is_valid = true, validate = false, iter_errors = false },
    resources = {
        "https://odd-dashboard.dev/contracts/common.json" => { path = "../../../contracts/schemas/common.json" },
    }
)]
pub(super) struct Submission;

/// Validates a batch submission.
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
pub(super) struct Batch;

/// Validates an event of any type: the envelope, and the payload that its type prescribes.
#[jsonschema::validator(
    path = "../../../contracts/schemas/event-envelope.json",
    validate_formats = true,
    pattern_options = { engine = regex },
    methods = { is_valid = true, validate = false, iter_errors = false },
    resources = {
        "https://odd-dashboard.dev/contracts/common.json" => { path = "../../../contracts/schemas/common.json" },
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
pub(super) struct Event;
