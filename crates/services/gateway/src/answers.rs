use axum::http::header::LOCATION;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use odd_contracts::Job;
use odd_core::ports::Acceptance;
use odd_service_kit::Json;

const IDEMPOTENT_REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
const UNIQUE_JOB_EXISTS: HeaderName = HeaderName::from_static("unique-job-exists");

/// Returns the response to one submission.
pub(crate) fn submitted(acceptance: Acceptance, job: Job) -> Response {
    let location = HeaderValue::try_from(format!("/jobs/{}", job.id))
        .expect("a path of a UUID is a legal header value");
    let status = match acceptance {
        Acceptance::Created => StatusCode::CREATED,
        Acceptance::Replayed | Acceptance::UniqueExists => StatusCode::OK,
    };
    let mut response = (status, [(LOCATION, location)], Json(job)).into_response();
    let yes = HeaderValue::from_static("true");
    match acceptance {
        Acceptance::Created => None,
        Acceptance::Replayed => response.headers_mut().insert(IDEMPOTENT_REPLAYED, yes),
        Acceptance::UniqueExists => response.headers_mut().insert(UNIQUE_JOB_EXISTS, yes),
    };
    response
}

/// Returns the response to a command.
pub(crate) fn commanded(job: Job) -> Response {
    (StatusCode::ACCEPTED, Json(job)).into_response()
}
