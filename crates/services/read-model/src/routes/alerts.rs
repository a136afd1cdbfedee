use axum::extract::{Path, State};
use axum::http::Uri;
use odd_contracts::{Alert, AlertList};
use odd_service_kit::{CallerName, Json, QueryParams};

use crate::error::ReadError;
use crate::sources::AlertCommandError;
use crate::state::AppState;

const DEFAULT_HISTORY: u64 = 100;
const LONGEST_HISTORY: u64 = 1_000;
/// A week.
const LONGEST_SILENCE_MINUTES: u64 = 10_080;

pub(super) async fn list_alerts(
    State(app): State<AppState>,
    uri: Uri,
) -> Result<Json<AlertList>, ReadError> {
    QueryParams::parse(&uri).finish()?;
    Ok(Json(app.alerts.alerts(app.now()).await))
}

pub(super) async fn list_alert_history(
    State(app): State<AppState>,
    uri: Uri,
) -> Result<Json<AlertList>, ReadError> {
    let mut query = QueryParams::parse(&uri);
    let limit = query.number("limit", 1..=LONGEST_HISTORY);
    query.finish()?;
    let limit = usize::try_from(limit.unwrap_or(DEFAULT_HISTORY)).unwrap_or(usize::MAX);
    Ok(Json(app.alerts.history(limit, app.now())))
}

pub(super) async fn silence_alert(
    State(app): State<AppState>,
    Path(id): Path<String>,
    CallerName(by): CallerName,
    uri: Uri,
) -> Result<Json<Alert>, ReadError> {
    let mut query = QueryParams::parse(&uri);
    let minutes = query.number("minutes", 1..=LONGEST_SILENCE_MINUTES);
    if minutes.is_none() {
        query.refuse("minutes", "is required");
    }
    query.finish()?;
    let now = app.now();
    let until = now.plus_millis(minutes.unwrap_or_default() * 60_000);
    let silenced = app.alerts.silence(&id, Some(until), &by, now).await;
    tracing::info!(id, %by, %until, succeeded = silenced.is_ok(), "a silence of an alert was requested");
    answer(&id, silenced)
}

pub(super) async fn unsilence_alert(
    State(app): State<AppState>,
    Path(id): Path<String>,
    CallerName(by): CallerName,
    uri: Uri,
) -> Result<Json<Alert>, ReadError> {
    QueryParams::parse(&uri).finish()?;
    let changed = app.alerts.silence(&id, None, &by, app.now()).await;
    tracing::info!(id, %by, succeeded = changed.is_ok(), "the end of a silence was requested");
    answer(&id, changed)
}

pub(super) async fn acknowledge_alert(
    State(app): State<AppState>,
    Path(id): Path<String>,
    CallerName(by): CallerName,
    uri: Uri,
) -> Result<Json<Alert>, ReadError> {
    QueryParams::parse(&uri).finish()?;
    let changed = app.alerts.acknowledge(&id, &by, app.now()).await;
    tracing::info!(id, %by, succeeded = changed.is_ok(), "the acknowledgement of an alert was requested");
    answer(&id, changed)
}

fn answer(id: &str, changed: Result<Alert, AlertCommandError>) -> Result<Json<Alert>, ReadError> {
    changed
        .map(Json)
        .map_err(|error| ReadError::alert(id, error))
}
