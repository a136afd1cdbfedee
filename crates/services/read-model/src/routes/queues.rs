use axum::extract::State;
use axum::http::Uri;
use odd_contracts::QueueList;
use odd_service_kit::{Json, QueryParams};

use crate::error::ReadError;
use crate::figures;
use crate::state::AppState;

const MAX_QUEUES: usize = 1_000;

pub(super) async fn list_queues(
    State(app): State<AppState>,
    uri: Uri,
) -> Result<Json<QueueList>, ReadError> {
    QueryParams::parse(&uri).finish()?;
    let (snapshot, depths) =
        tokio::try_join!(app.ports.views.snapshot(), app.ports.jobs.queue_depths())?;
    let as_of = app.freshness.as_of(&snapshot).await;
    let mut queues = figures::queues(&snapshot, depths, app.now());
    queues.truncate(MAX_QUEUES);
    Ok(Json(QueueList { queues, as_of }))
}
