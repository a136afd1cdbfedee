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

/// Returns the attempt that a path names. A text that is not a number names no attempt: 404.
pub(super) fn attempt_number(id: JobId, text: &str) -> Result<u32, ProblemResponse> {
    let is_plain = text.bytes().all(|byte| byte.is_ascii_digit());
    let number = text.parse().ok().filter(|_| is_plain);
    number.ok_or_else(|| {
        ProblemResponse::new(
            ProblemCode::JobNotFound,
            format!("job {id} has no such attempt: attempts are numbered from 1"),
        )
    })
}
