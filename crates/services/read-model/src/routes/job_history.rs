use axum::extract::{Path, State};
use axum::http::Uri;
use odd_contracts::EventList;
use odd_service_kit::{Json, QueryParams};

use super::events::envelopes;
use super::path::job_id;
use crate::error::ReadError;
use crate::query::{HistoryCursor, PAGE};
use crate::state::AppState;

const DEFAULT_LIMIT: u64 = 200;

/// Largest number of events shown of a history. It also limits what a page reads.
const LONGEST_HISTORY: u64 = 10_000;

pub(super) async fn list_job_events(
    State(app): State<AppState>,
    Path(id): Path<String>,
    uri: Uri,
) -> Result<Json<EventList>, ReadError> {
    let mut params = QueryParams::parse(&uri);
    let limit = params.number("limit", PAGE).unwrap_or(DEFAULT_LIMIT);
    let seen = params.parsed("cursor");
    let id = job_id(&id)?;
    params.finish()?;
    let seen = seen.map_or(0, HistoryCursor::position).min(LONGEST_HISTORY);
    let end = (seen + limit).min(LONGEST_HISTORY);

    // Versions are gapless from 1, so the events after version n are those after the first n.
    let history = app.ports.log.job_history(id, end as usize + 1).await?;
    if history.is_empty() {
        return Err(ReadError::job_not_found(id));
    }
    let has_more = history.len() as u64 > end && end < LONGEST_HISTORY;
    let page = history.into_iter().take(end as usize);
    Ok(Json(EventList {
        events: envelopes(page.skip(seen as usize).collect()),
        next_cursor: has_more.then(|| HistoryCursor::new(end).to_string()),
    }))
}
