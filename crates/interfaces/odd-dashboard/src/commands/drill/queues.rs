//! The queues of drills, which keep the figures of other queues as they are.

use std::time::Duration;

use odd_contracts::{JobId, JobList, QueueList};
use reqwest::StatusCode;
use tokio::time::Instant;

use super::jobs::{Jobs, TAG};
use crate::commands::deployment::Deployment;

/// The queue of every drill except a flood.
pub(super) const QUEUE: &str = "drill";

/// The queues of floods. The rule of the alert compares the depth with that of 10 minutes before, so a flood takes a queue
/// that no other flood has filled in that time. There are only a few, because each one has its own time series.
const FLOOD_QUEUES: [&str; 3] = ["drill-flood-1", "drill-flood-2", "drill-flood-3"];

/// Time without jobs after which a queue can have a flood again: 10 minutes, and the time until the monitoring sees it.
const IDLE: Duration = Duration::from_secs(11 * 60);

/// Largest number of leftover jobs that are cancelled in one queue.
const MAX_LEFTOVERS: usize = 20_000;

/// Longest time for cancelling the leftover jobs of one queue.
const LIMIT: Duration = Duration::from_secs(60);

/// Cancels the jobs of drills whose program was killed. Returns how many.
pub(super) async fn cancel_leftovers(deployment: &Deployment) -> Result<usize, String> {
    let mut count = 0;
    for queue in FLOOD_QUEUES.into_iter().chain([QUEUE]) {
        let jobs = Jobs::new(deployment, queue);
        jobs.adopt(&open_jobs(deployment, queue).await?);
        count += jobs.cancel_open(Instant::now() + LIMIT).await?;
    }
    Ok(count)
}

async fn open_jobs(deployment: &Deployment, queue: &str) -> Result<Vec<JobId>, String> {
    let first =
        format!("/jobs?queue={queue}&tag={TAG}&status=PENDING,EXECUTING,RETRYING&limit=200");
    let mut ids = Vec::new();
    let mut path = first.clone();
    loop {
        let page = list(deployment, &path).await?;
        ids.extend(page.jobs.into_iter().map(|job| job.id));
        match page.next_cursor {
            Some(cursor) if ids.len() < MAX_LEFTOVERS => path = format!("{first}&cursor={cursor}"),
            _ => return Ok(ids),
        }
    }
}

/// Returns a queue that can have a flood.
///
/// # Errors
/// If each of them had jobs a short time ago.
pub(super) async fn free_flood_queue(deployment: &Deployment) -> Result<&'static str, String> {
    let answer = deployment.read_model("/queues").await?;
    let now = answer.expect(StatusCode::OK)?.parse::<QueueList>()?.as_of;
    let mut shortest = IDLE;
    for queue in FLOOD_QUEUES {
        let newest = format!("/jobs?queue={queue}&limit=1");
        let newest = list(deployment, &newest).await?.jobs.pop();
        let idle = newest.map(|job| Duration::from_millis(now.millis_since(job.updated_at)));
        match idle.and_then(|idle| IDLE.checked_sub(idle)) {
            None | Some(Duration::ZERO) => return Ok(queue),
            Some(wait) => shortest = shortest.min(wait),
        }
    }
    Err(format!(
        "floods have filled each of their queues in the last {} minutes; try again in {} s",
        IDLE.as_secs() / 60,
        shortest.as_secs() + 1
    ))
}

async fn list(deployment: &Deployment, path: &str) -> Result<JobList, String> {
    let answer = deployment.read_model(path).await?;
    answer.expect(StatusCode::OK)?.parse()
}
