use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use odd_contracts::JobId;
use odd_service_kit::{ProblemCode, ProblemResponse};

/// Extracts the `{id}` of a path. A text that is not a UUID names no job: 404.
pub(crate) struct JobPath(pub(crate) JobId);

impl<S: Send + Sync> FromRequestParts<S> for JobPath {
    type Rejection = ProblemResponse;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ProblemResponse> {
        let path = Path::<String>::from_request_parts(parts, state).await;
        path.ok()
            .and_then(|Path(text)| text.parse().ok())
            .map(Self)
            .ok_or_else(|| {
                ProblemResponse::new(
                    ProblemCode::JobNotFound,
                    "there is no such job: the id is not a UUID",
                )
            })
    }
}
