use axum::extract::State;
use axum::http::Uri;
use odd_contracts::AlertList;
use odd_service_kit::{Json, QueryParams};

use crate::error::ReadError;
use crate::state::AppState;

pub(super) async fn list_alerts(
    State(app): State<AppState>,
    uri: Uri,
) -> Result<Json<AlertList>, ReadError> {
    QueryParams::parse(&uri).finish()?;
    Ok(Json(app.alerts.alerts(app.now()).await))
}
