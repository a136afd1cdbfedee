use std::time::Duration;

use axum::extract::State;
use axum::http::Uri;
use odd_contracts::Stats;
use odd_service_kit::{Json, QueryParams};

use crate::error::ReadError;
use crate::figures;
use crate::state::AppState;

/// The longest `waitMs`.
const LONGEST_WAIT_MS: u64 = 10_000;

pub(super) async fn get_stats(
    State(app): State<AppState>,
    uri: Uri,
) -> Result<Json<Stats>, ReadError> {
    let mut params = QueryParams::parse(&uri);
    let wait_ms = params.number("waitMs", 0..=LONGEST_WAIT_MS);
    params.finish()?;
    if let Some(wait_ms) = wait_ms {
        let waiting = app
            .freshness
            .wait_until_current(Duration::from_millis(wait_ms));
        app.shutdown.run_until_cancelled(waiting).await;
    }
    let snapshot = app.ports.views.snapshot().await?;
    let as_of = app.freshness.as_of(&snapshot).await;
    Ok(Json(figures::stats(&snapshot, as_of, app.now())))
}
