use axum::extract::State;
use axum::http::Uri;
use odd_contracts::ServiceList;
use odd_service_kit::{Json, QueryParams};

use crate::error::ReadError;
use crate::state::AppState;

pub(super) async fn list_services(
    State(app): State<AppState>,
    uri: Uri,
) -> Result<Json<ServiceList>, ReadError> {
    QueryParams::parse(&uri).finish()?;
    Ok(Json(app.services.services(app.now()).await))
}
