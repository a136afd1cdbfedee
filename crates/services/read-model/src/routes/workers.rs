use axum::extract::State;
use axum::http::Uri;
use odd_contracts::{Timestamp, Worker, WorkerList, WorkerStatus};
use odd_core::ports::{WORKER_LOST_MS, WORKER_RETENTION_MS, WorkerRecord};
use odd_service_kit::{Json, QueryParams};

use crate::error::ReadError;
use crate::state::AppState;

pub(super) async fn list_workers(
    State(app): State<AppState>,
    uri: Uri,
) -> Result<Json<WorkerList>, ReadError> {
    QueryParams::parse(&uri).finish()?;
    let now = app.now();
    let since = now.minus_millis(WORKER_RETENTION_MS);
    let jobs = &app.ports.jobs;
    let (records, running) = tokio::try_join!(jobs.workers(since), jobs.running_attempts())?;
    let workers = records.into_iter().map(|record| {
        let running = running.get(&record.worker_id).copied().unwrap_or(0);
        worker(record, running, now)
    });
    Ok(Json(WorkerList {
        workers: workers.collect(),
        as_of: now,
    }))
}

fn worker(record: WorkerRecord, running: u64, now: Timestamp) -> Worker {
    let is_lost = record.seen_at < now.minus_millis(WORKER_LOST_MS);
    Worker {
        worker_id: record.worker_id,
        version: record.version,
        status: match (is_lost, record.is_draining) {
            (true, _) => WorkerStatus::Lost,
            (false, true) => WorkerStatus::Draining,
            (false, false) => WorkerStatus::Active,
        },
        concurrency: record.concurrency,
        running,
        queues: record.queues,
        types: record.types,
        started_at: record.started_at,
        last_seen_at: record.seen_at,
    }
}
