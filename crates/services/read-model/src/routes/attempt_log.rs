use std::str::FromStr;

use axum::extract::{Path, State};
use axum::http::Uri;
use odd_contracts::{AttemptLog, JobId};
use odd_core::ports::{AttemptLogQuery, SortOrder, StoreError};
use odd_service_kit::{Json, QueryParams};

use super::path::{attempt_number, job_id};
use crate::error::ReadError;
use crate::query::{LogCursor, PAGE};
use crate::state::AppState;

const DEFAULT_LIMIT: u64 = 100;

/// `GET /jobs/{id}/attempts/{attempt}/log`
pub(super) async fn list_attempt_log(
    State(app): State<AppState>,
    Path((id, attempt)): Path<(String, String)>,
    uri: Uri,
) -> Result<Json<AttemptLog>, ReadError> {
    let mut params = QueryParams::parse(&uri);
    let limit = params.number("limit", PAGE).unwrap_or(DEFAULT_LIMIT);
    let cursor = params.parsed("cursor").map(LogCursor::position);
    let order = params
        .parsed::<Sort>("sort")
        .map_or(SortOrder::Newest, |sort| sort.0);
    let id = job_id(&id)?;
    params.finish()?;
    let query = |attempt| AttemptLogQuery {
        job_id: id,
        attempt,
        order,
        cursor: cursor.map(|line| u32::try_from(line).unwrap_or(u32::MAX)),
        limit: limit as usize,
    };
    let page = match attempt_number(&attempt) {
        Some(number) => app.ports.jobs.attempt_log(query(number)).await?,
        None => None,
    };
    let Some(page) = page else {
        return Err(missing(&app, id, &attempt).await?);
    };
    Ok(Json(AttemptLog {
        lines: page.lines,
        next_cursor: page
            .next
            .map(|line| LogCursor::new(line.into()).to_string()),
    }))
}

/// Returns the problem of a log that does not exist: there is no such job, or it has no such attempt.
async fn missing(app: &AppState, id: JobId, attempt: &str) -> Result<ReadError, StoreError> {
    Ok(match app.ports.jobs.job(id).await? {
        Some(_) => ReadError::attempt_not_found(id, attempt),
        None => ReadError::job_not_found(id),
    })
}

/// The value of `sort`.
struct Sort(SortOrder);

impl FromStr for Sort {
    type Err = &'static str;
    fn from_str(text: &str) -> Result<Self, &'static str> {
        match text {
            "at" => Ok(Self(SortOrder::Oldest)),
            "-at" => Ok(Self(SortOrder::Newest)),
            _ => Err("must be at or -at"),
        }
    }
}
