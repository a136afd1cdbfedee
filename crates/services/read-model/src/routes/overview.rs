use axum::extract::State;
use axum::http::Uri;
use odd_contracts::{AlertState, Overview, QueueSummary};
use odd_core::ports::{JobQuery, WORKER_LOST_MS};
use odd_service_kit::{Json, QueryParams};

use crate::error::ReadError;
use crate::figures::{self, QueueFacts, Rates};
use crate::state::AppState;

const RECENT_JOBS: usize = 10;
const DURATION_MINUTES: u64 = 5;

/// Largest number of queues shown: those with the most unfinished jobs.
const MAX_QUEUES: usize = 50;

pub(super) async fn get_overview(
    State(app): State<AppState>,
    uri: Uri,
) -> Result<Json<Overview>, ReadError> {
    QueryParams::parse(&uri).finish()?;
    let now = app.now();
    let newest = JobQuery {
        limit: RECENT_JOBS,
        ..JobQuery::default()
    };
    let range = figures::recent_minutes(now, DURATION_MINUTES);
    let reads = async {
        tokio::try_join!(
            app.ports.views.snapshot(),
            app.ports.views.buckets(range),
            app.ports.jobs.queue_depths(),
            app.ports.jobs.jobs(newest),
            app.ports.jobs.workers(now.minus_millis(WORKER_LOST_MS)),
        )
    };
    let (read, mut alerts) = tokio::join!(reads, app.alerts.alerts(now));
    let (snapshot, buckets, depths, newest, live_workers) = read?;
    let as_of = app.freshness.as_of(&snapshot).await;
    let rate_range = figures::recent_minute(now);
    let rates = Rates::over(rate_range, &buckets);
    let durations = figures::total(buckets.iter());
    alerts
        .alerts
        .retain(|alert| alert.state == AlertState::Firing);
    let facts = QueueFacts {
        snapshot: &snapshot,
        depths,
        buckets: &buckets,
        rate_range,
        live_workers: &live_workers,
    };
    Ok(Json(Overview {
        stats: figures::stats(&snapshot, as_of, app.now()),
        statuses: figures::statuses(&snapshot),
        submitted_per_second: rates.submitted,
        finished_per_second: rates.finished,
        wait: figures::summary(&durations.wait),
        run: figures::summary(&durations.run),
        queues: busiest(figures::queues(facts, &app.queue_history)),
        recent_jobs: newest.jobs,
        alerts: alerts.alerts,
    }))
}

fn busiest(mut queues: Vec<QueueSummary>) -> Vec<QueueSummary> {
    if queues.len() > MAX_QUEUES {
        let unfinished = |queue: &QueueSummary| queue.ready + queue.delayed + queue.executing;
        queues.sort_by_key(|queue| std::cmp::Reverse(unfinished(queue)));
        queues.truncate(MAX_QUEUES);
        queues.sort_by(|a, b| a.queue.cmp(&b.queue));
    }
    queues
}
