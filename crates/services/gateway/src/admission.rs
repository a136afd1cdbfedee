use odd_contracts::{CorrelationId, FieldError, JobId, JobSubmission};
use odd_core::{NewJob, SubmissionError};
use odd_worker::HandlerRegistry;
use uuid::Uuid;

use crate::problems::invalid;

/// Converts a submission that follows the contract into a job, if the handler of its type accepts the payload. Pointers
/// of errors are relative to the submission.
pub(crate) fn admit(
    handlers: &HandlerRegistry,
    submission: JobSubmission,
    idempotency_key: Option<String>,
    request: CorrelationId,
) -> Result<NewJob, Vec<FieldError>> {
    let payload = submission.payload.as_ref().map(|payload| payload.get());
    handlers
        .validate(&submission.job_type, payload)
        .map_err(|refused| within("/payload", refused.errors))?;
    let defaults = handlers.defaults(&submission.job_type);
    let generated = JobId(Uuid::now_v7());
    NewJob::from_submission(submission, idempotency_key, request, generated, &defaults).map_err(
        |error| match error {
            SubmissionError::TwoDelays => vec![invalid("/delayMs", error.to_string())],
        },
    )
}

/// Prepends `prefix` to the pointers of the errors.
pub(crate) fn within(prefix: &str, mut errors: Vec<FieldError>) -> Vec<FieldError> {
    for error in &mut errors {
        error.pointer.insert_str(0, prefix);
    }
    errors
}
