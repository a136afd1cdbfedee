use odd_contracts::JobId;
use odd_service_kit::{ProblemCode, ProblemResponse};

/// Parses the job id in a path. Text that is not an id names no job: 404.
pub(super) fn job_id(text: &str) -> Result<JobId, ProblemResponse> {
    text.parse().map_err(|error| {
        ProblemResponse::new(
            ProblemCode::JobNotFound,
            format!("there is no such job: its id {error}"),
        )
    })
}
