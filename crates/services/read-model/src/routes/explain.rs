use axum::extract::{Path, State};
use axum::http::Uri;
use odd_contracts::{Explanation, JobId, JobStatus};
use odd_core::ports::WORKER_LOST_MS;
use odd_service_kit::{Json, QueryParams};

use super::path::job_id;
use crate::error::ReadError;
use crate::explain::{Facts, explain};
use crate::state::AppState;

pub(super) async fn explain_job(
    State(app): State<AppState>,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Json<Explanation>, ReadError> {
    QueryParams::parse(&uri).finish()?;
    let facts = gather(&app, job_id(&id)?).await?;
    Ok(Json(explain(&facts)))
}

async fn gather(app: &AppState, id: JobId) -> Result<Facts, ReadError> {
    let jobs = &app.ports.jobs;
    let job = jobs.job(id).await?;
    let job = job.ok_or_else(|| ReadError::job_not_found(id))?;
    let now = app.now();
    let since = now.minus_millis(WORKER_LOST_MS);
    let ahead = match job.status {
        JobStatus::Pending => jobs.waiting_behind(id).await?,
        _ => None,
    };
    let lease_end = match job.status {
        JobStatus::Executing => jobs.lease_end(id).await?,
        _ => None,
    };
    let live_workers = match job.status {
        JobStatus::Pending | JobStatus::Executing => jobs.workers(since).await?,
        _ => Vec::new(),
    };
    Ok(Facts {
        job,
        live_workers,
        ahead,
        lease_end,
        now,
    })
}
