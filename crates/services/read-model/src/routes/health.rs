use axum::extract::State;
use axum::http::Uri;
use odd_contracts::HealthSummary;
use odd_service_kit::{Json, QueryParams};

use crate::error::ReadError;
use crate::state::AppState;

pub(super) async fn get_health_summary(
    State(app): State<AppState>,
    uri: Uri,
) -> Result<Json<HealthSummary>, ReadError> {
    QueryParams::parse(&uri).finish()?;
    let now = app.now();
    let (services, alerts) = tokio::join!(app.services.services(now), app.alerts.alerts(now));
    Ok(Json(app.health.summarize(&services, &alerts, now)))
}
