use axum::response::{IntoResponse, Response};
use odd_contracts::{InvalidName, JobId};
use odd_core::ports::{ErrorChain, StoreError};
use odd_service_kit::{ProblemCode, ProblemResponse};

use crate::sources::AlertCommandError;

/// Why a read model ended early.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The HTTP server failed.
    #[error("the read model's server failed")]
    Serve(#[from] odd_service_kit::ServeError),
}

/// Why a query failed. The only place where errors of ports become problem documents.
#[derive(Debug)]
pub(crate) enum ReadError {
    /// A back end failed.
    Store(StoreError),
    /// The request is at fault.
    Problem(ProblemResponse),
}

impl ReadError {
    /// Creates the error for an unknown job.
    pub(crate) fn job_not_found(id: JobId) -> Self {
        Self::Problem(ProblemResponse::new(
            ProblemCode::JobNotFound,
            format!("there is no job {id}; it may have been removed after its retention period"),
        ))
    }

    /// Creates the error for a kind of failure that is not in the history.
    pub(crate) fn failure_not_found() -> Self {
        Self::Problem(ProblemResponse::new(
            ProblemCode::NotFound,
            "no failure in the history has this fingerprint; GET /failures lists those that do",
        ))
    }

    /// Creates the error for an unknown job type.
    pub(crate) fn type_not_found() -> Self {
        Self::Problem(ProblemResponse::new(
            ProblemCode::NotFound,
            "no job has this type, and it is not built in; GET /types lists the types",
        ))
    }

    /// Creates the error for a name that no queue can have.
    pub(crate) fn queue_not_found(error: InvalidName) -> Self {
        Self::Problem(ProblemResponse::new(
            ProblemCode::NotFound,
            format!("there is no such queue: its name {error}"),
        ))
    }

    /// Creates the error for a command about an alert that failed.
    pub(crate) fn alert(id: &str, error: AlertCommandError) -> Self {
        Self::Problem(match error {
            AlertCommandError::Store(error) => return Self::Store(error),
            AlertCommandError::NotFound => ProblemResponse::new(
                ProblemCode::NotFound,
                format!("there is no active alert {id}; GET /alerts lists them"),
            ),
            AlertCommandError::Refused(why) => ProblemResponse::new(ProblemCode::Conflict, why),
            AlertCommandError::Unavailable(failure) => {
                ProblemResponse::unavailable(format!("Alertmanager: {failure}"))
            }
        })
    }

    /// Creates the error for an attempt that an existing job does not have. `attempt` is the text in the path.
    pub(crate) fn attempt_not_found(id: JobId, attempt: &str) -> Self {
        Self::Problem(ProblemResponse::new(
            ProblemCode::AttemptNotFound,
            format!("job {id} has no attempt {attempt}; attempts are numbered from 1"),
        ))
    }
}

impl From<StoreError> for ReadError {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<ProblemResponse> for ReadError {
    fn from(problem: ProblemResponse) -> Self {
        Self::Problem(problem)
    }
}

impl IntoResponse for ReadError {
    fn into_response(self) -> Response {
        let error = match self {
            Self::Problem(problem) => return problem.into_response(),
            Self::Store(error) => error,
        };
        match error {
            StoreError::Unavailable(_) | StoreError::Closed => {
                tracing::warn!(error = %ErrorChain(&error), "a query failed; it may be retried");
                ProblemResponse::unavailable(
                    "a database that the answer needs is temporarily unavailable; retry later",
                )
            }
            StoreError::Broken(_) => {
                tracing::error!(error = %ErrorChain(&error), "a query failed");
                ProblemResponse::internal()
            }
        }
        .into_response()
    }
}
