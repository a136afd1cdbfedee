use axum::extract::State;
use axum::http::Uri;
use odd_contracts::Stats;
use odd_service_kit::{Json, QueryParams};

use crate::error::ReadError;
use crate::figures;
use crate::state::AppState;

pub(super) async fn get_stats(
    State(app): State<AppState>,
    uri: Uri,
) -> Result<Json<Stats>, ReadError> {
    QueryParams::parse(&uri).finish()?;
    let snapshot = app.ports.views.snapshot().await?;
    Ok(Json(figures::stats(&snapshot, app.now())))
}
