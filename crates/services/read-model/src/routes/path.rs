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

/// Returns the attempt that a path names; `None` for a text that is not a number.
pub(super) fn attempt_number(text: &str) -> Option<u32> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_plain)
}
