use axum::extract::State;
use axum::http::Uri;
use odd_contracts::Integrity;
use odd_service_kit::{Json, QueryParams};

use crate::error::ReadError;
use crate::state::AppState;

pub(super) async fn get_integrity(
    State(app): State<AppState>,
    uri: Uri,
) -> Result<Json<Integrity>, ReadError> {
    QueryParams::parse(&uri).finish()?;
    Ok(Json(app.integrity.integrity().await?))
}
