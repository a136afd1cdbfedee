use axum::extract::State;
use odd_contracts::Job;
use odd_service_kit::{Correlation, Json, ProblemResponse};

use crate::job_path::JobPath;
use crate::problems::{job_not_found, store_problem};
use crate::state::SharedState;

/// `GET /jobs/{id}`
pub(crate) async fn get_job(
    State(gateway): State<SharedState>,
    Correlation(request): Correlation,
    JobPath(id): JobPath,
) -> Result<Json<Job>, ProblemResponse> {
    let found = gateway.reader.job(id).await;
    found
        .map_err(|error| store_problem(&error, request))?
        .map(Json)
        .ok_or_else(|| job_not_found(id))
}
