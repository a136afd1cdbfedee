use axum::response::{IntoResponse, Response};
use odd_contracts::JobId;
use odd_core::ports::StoreError;
use odd_service_kit::{ProblemCode, ProblemResponse};

/// Why the role ended early.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The HTTP server could not run.
    #[error("the read model's server failed")]
    Serve(#[from] odd_service_kit::ServeError),
}

/// Why a question was not answered. The one place where port errors become problem documents.
#[derive(Debug)]
pub(crate) enum ReadError {
    /// A back end failed.
    Store(StoreError),
    /// The question is at fault.
    Problem(ProblemResponse),
}

impl ReadError {
    /// No such job.
    pub(crate) fn job_not_found(id: JobId) -> Self {
        Self::Problem(ProblemResponse::new(
            ProblemCode::JobNotFound,
            format!("there is no job {id}; it may have been removed after its retention period"),
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
                tracing::warn!(%error, "a question could not be answered for now");
                ProblemResponse::unavailable("the store cannot be read at the moment; try again")
            }
            StoreError::Broken(_) => {
                tracing::error!(%error, "a question could not be answered");
                ProblemResponse::internal()
            }
        }
        .into_response()
    }
}
