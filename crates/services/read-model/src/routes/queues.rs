use axum::extract::{Path, State};
use axum::http::Uri;
use odd_contracts::{QueueList, QueueName, QueueScale};
use odd_core::ports::WORKER_LOST_MS;
use odd_service_kit::{Json, QueryParams};

use crate::error::ReadError;
use crate::figures::{self, QueueFacts};
use crate::state::AppState;

const MAX_QUEUES: usize = 1_000;

pub(super) async fn list_queues(
    State(app): State<AppState>,
    uri: Uri,
) -> Result<Json<QueueList>, ReadError> {
    QueryParams::parse(&uri).finish()?;
    let rate_range = figures::recent_minute(app.now());
    let (snapshot, depths, buckets, live_workers) = tokio::try_join!(
        app.ports.views.snapshot(),
        app.ports.jobs.queue_depths(),
        app.ports.views.buckets(rate_range),
        app.ports
            .jobs
            .workers(rate_range.to.minus_millis(WORKER_LOST_MS)),
    )?;
    let as_of = app.freshness.as_of(&snapshot).await;
    let facts = QueueFacts {
        snapshot: &snapshot,
        depths,
        buckets: &buckets,
        rate_range,
        live_workers: &live_workers,
    };
    let mut queues = figures::queues(facts, &app.queue_history);
    queues.truncate(MAX_QUEUES);
    Ok(Json(QueueList { queues, as_of }))
}

pub(super) async fn get_queue_scale(
    State(app): State<AppState>,
    Path(name): Path<String>,
    uri: Uri,
) -> Result<Json<QueueScale>, ReadError> {
    QueryParams::parse(&uri).finish()?;
    let queue: QueueName = name.parse().map_err(ReadError::queue_not_found)?;
    let (snapshot, depths) =
        tokio::try_join!(app.ports.views.snapshot(), app.ports.jobs.queue_depths())?;
    let as_of = app.freshness.as_of(&snapshot).await;
    Ok(Json(figures::queue_scale(
        queue,
        &snapshot,
        depths,
        app.now(),
        as_of,
    )))
}
