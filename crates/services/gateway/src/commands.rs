use axum::extract::State;
use axum::response::Response;
use odd_service_kit::{Correlation, ProblemResponse};

use crate::answers::commanded;
use crate::job_path::JobPath;
use crate::problems::{Command, command_problem};
use crate::state::SharedState;

/// `POST /jobs/{id}/cancel`
pub(crate) async fn cancel_job(
    State(gateway): State<SharedState>,
    Correlation(request): Correlation,
    JobPath(id): JobPath,
) -> Result<Response, ProblemResponse> {
    let answer = gateway.jobs.cancel(id, request).await;
    answer
        .map(commanded)
        .map_err(|error| command_problem(error, Command::Cancel, request))
}

/// `POST /jobs/{id}/retry`
pub(crate) async fn retry_job(
    State(gateway): State<SharedState>,
    Correlation(request): Correlation,
    JobPath(id): JobPath,
) -> Result<Response, ProblemResponse> {
    let answer = gateway.jobs.retry(id, request).await;
    answer
        .map(commanded)
        .map_err(|error| command_problem(error, Command::Retry, request))
}
