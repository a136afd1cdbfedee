use odd_contracts::{CorrelationId, FieldError};
use odd_core::ports::{CommandError, ErrorChain, StoreError, SubmitError};
use odd_service_kit::{ProblemCode, ProblemResponse};

/// Command of an operator about a job.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Command {
    Cancel,
    Retry,
    Drop,
}

/// Logs the failure, and returns a problem without its details.
pub(crate) fn store_problem(error: &StoreError, request: CorrelationId) -> ProblemResponse {
    match error {
        StoreError::Unavailable(_) | StoreError::Closed => {
            tracing::warn!(correlation_id = %request, error = %ErrorChain(error), "the store is unavailable");
            ProblemResponse::unavailable(
                "the job store is temporarily unavailable; retry, with the same id or \
                 Idempotency-Key if it is a submission",
            )
        }
        StoreError::Broken(_) => {
            tracing::error!(correlation_id = %request, error = %ErrorChain(error), "the store failed");
            ProblemResponse::internal()
        }
    }
}

/// Returns the problem of a failed submission. `is_batch` decides to which part of the request the pointer refers.
pub(crate) fn submit_problem(
    error: SubmitError,
    request: CorrelationId,
    is_batch: bool,
) -> ProblemResponse {
    match error {
        SubmitError::Store(error) => store_problem(&error, request),
        SubmitError::Conflict {
            index,
            what,
            existing,
        } => {
            let pointer = match (is_batch, what) {
                (true, _) => format!("/jobs/{index}/id"),
                (false, "id") => "/id".to_owned(),
                (false, header) => format!("header {header}"),
            };
            let message =
                format!("belongs to job {existing}, which was submitted with other content");
            let detail =
                "nothing was accepted: the submission reuses an id or key with other content";
            ProblemResponse::new(ProblemCode::IdempotencyConflict, detail)
                .with_errors(vec![FieldError { pointer, message }])
        }
    }
}

pub(crate) fn command_problem(
    error: CommandError,
    command: Command,
    request: CorrelationId,
) -> ProblemResponse {
    match error {
        CommandError::Store(error) => store_problem(&error, request),
        CommandError::NotFound(id) => job_not_found(id),
        CommandError::UniqueKeyHeld { id, holder } => ProblemResponse::new(
            ProblemCode::UniqueKeyHeld,
            format!(
                "job {id} was not started again: the unfinished job {holder} has its unique key; wait until that has \
                 finished, or cancel it"
            ),
        ),
        CommandError::Forbidden { id, status } => {
            let rule = match command {
                Command::Cancel => "a finished job cannot be cancelled",
                Command::Retry => "only FAILED and CANCELLED jobs can be retried",
                Command::Drop => "only FAILED jobs in the dead letters can be dropped",
            };
            ProblemResponse::new(
                ProblemCode::Conflict,
                format!("job {id} is {status}; {rule}"),
            )
        }
    }
}

pub(crate) fn job_not_found(id: impl std::fmt::Display) -> ProblemResponse {
    ProblemResponse::new(
        ProblemCode::JobNotFound,
        format!("there is no job {id}; it may have been pruned"),
    )
}

pub(crate) fn invalid(pointer: impl Into<String>, message: impl Into<String>) -> FieldError {
    FieldError {
        pointer: pointer.into(),
        message: message.into(),
    }
}
