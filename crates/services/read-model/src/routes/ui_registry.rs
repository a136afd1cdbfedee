use axum::extract::State;
use axum::http::Uri;
use odd_contracts::UiRegistryAnswer;
use odd_service_kit::{Json, QueryParams};

use crate::error::ReadError;
use crate::state::AppState;

pub(super) async fn get_ui_registry(
    State(app): State<AppState>,
    uri: Uri,
) -> Result<Json<UiRegistryAnswer>, ReadError> {
    QueryParams::parse(&uri).finish()?;
    Ok(Json(UiRegistryAnswer::clone(&app.ui_registry)))
}
