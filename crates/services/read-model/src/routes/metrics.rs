use axum::extract::State;
use axum::http::Uri;
use odd_contracts::MetricsSnapshot;
use odd_service_kit::{Json, QueryParams};

use crate::error::ReadError;
use crate::figures::{self, Rates};
use crate::state::AppState;

const MINUTES: u64 = 5;

pub(super) async fn get_metrics_snapshot(
    State(app): State<AppState>,
    uri: Uri,
) -> Result<Json<MetricsSnapshot>, ReadError> {
    QueryParams::parse(&uri).finish()?;
    let now = app.now();
    let range = figures::recent_minutes(now, MINUTES);
    // Read first, so that the buckets include at least as much.
    let snapshot = app.ports.views.snapshot().await?;
    let buckets = app.ports.views.buckets(range).await?;
    let rates = Rates::over(figures::recent_minute(now), &buckets);
    let total = figures::total(buckets.iter());
    let finished = total.completed + total.failed + total.cancelled;
    Ok(Json(MetricsSnapshot {
        submitted_per_second: rates.submitted,
        started_per_second: rates.started,
        finished_per_second: rates.finished,
        failure_ratio: (finished > 0).then(|| total.failed as f64 / finished as f64),
        wait: figures::summary(&total.wait),
        run: figures::summary(&total.run),
        types: figures::by_type(&buckets),
        as_of: app.freshness.as_of(&snapshot).await,
    }))
}
