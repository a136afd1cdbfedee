use odd_contracts::{JobId, Timestamp};
use odd_core::ports::{QueueDepth, WaitingBehind};

use crate::codec;
use crate::error::DbResult;
use crate::shared::Shared;

/// Most ready jobs that are counted before a job.
const AHEAD_LIMIT: i64 = 10_000;

/// Most ready jobs that are read to find the oldest of each queue.
const OLDEST_SCAN: i64 = 10_000;

/// Returns the queues with ready jobs, and the time since which the oldest of each is ready. Reads the jobs that are
/// claimed first; a queue whose jobs all follow after [`OLDEST_SCAN`] others is missing.
pub(crate) async fn queue_depths(shared: &Shared) -> DbResult<Vec<QueueDepth>> {
    let client = shared.readers.get().await?;
    let statement = client
        .prepare_cached(
            "SELECT queue, min(due_at) AS oldest FROM ( \
                 SELECT queue, due_at FROM ready_jobs \
                 ORDER BY job_type, priority DESC, due_at, job LIMIT $1) r GROUP BY queue ORDER BY queue",
        )
        .await?;
    let rows = client.query(&statement, &[&OLDEST_SCAN]).await?;
    let offset = shared.server_time.now().offset();
    let depth = |row| {
        Ok(QueueDepth {
            queue: codec::name(row, "queue")?,
            oldest_ready_at: Some(offset.to_wall(codec::time(row, "oldest")?)),
        })
    };
    rows.iter().map(depth).collect()
}

/// Returns the number of dead letters, from their index.
pub(crate) async fn count_dead_letters(shared: &Shared) -> DbResult<u64> {
    let client = shared.readers.get().await?;
    let count = "SELECT count(*) FROM jobs WHERE parked";
    let statement = client.prepare_cached(count).await?;
    let row = client.query_one(&statement, &[]).await?;
    let count: i64 = codec::get(&row, 0)?;
    Ok(u64::try_from(count).unwrap_or(0))
}

/// Returns when the lease of a running job ends.
pub(crate) async fn lease_end(shared: &Shared, id: JobId) -> DbResult<Option<Timestamp>> {
    let client = shared.readers.get().await?;
    let lease =
        "SELECT r.lease_expires_at FROM running_jobs r JOIN jobs j USING (job) WHERE j.id = $1";
    let statement = client.prepare_cached(lease).await?;
    let row = client.query_opt(&statement, &[&id.0]).await?;
    let offset = shared.server_time.now().offset();
    row.map(|row| Ok(offset.to_wall(codec::time(&row, "lease_expires_at")?)))
        .transpose()
}

/// Returns the number of ready jobs of the same type and queue that are claimed before `id`, or `None` if it is not ready.
pub(crate) async fn waiting_behind(shared: &Shared, id: JobId) -> DbResult<Option<WaitingBehind>> {
    let client = shared.readers.get().await?;
    let statement = client
        .prepare_cached(
            "SELECT count(*) FILTER (WHERE a.is_same_queue), count(a.is_same_queue) FROM jobs j LEFT JOIN LATERAL ( \
                 SELECT r.queue = j.queue AS is_same_queue FROM ready_jobs r \
                 WHERE r.job_type = j.job_type AND (r.priority > j.priority \
                     OR r.priority = j.priority AND (r.due_at, r.job) < (j.due_at, j.job)) \
                 ORDER BY r.priority DESC, r.due_at, r.job LIMIT $2) a ON true \
             WHERE j.id = $1 AND j.status = 'PENDING' GROUP BY j.job",
        )
        .await?;
    let Some(row) = client.query_opt(&statement, &[&id.0, &AHEAD_LIMIT]).await? else {
        return Ok(None);
    };
    let (ahead, seen): (i64, i64) = (codec::get(&row, 0)?, codec::get(&row, 1)?);
    Ok(Some(WaitingBehind {
        ahead: u64::try_from(ahead).unwrap_or(0),
        at_least: seen >= AHEAD_LIMIT,
    }))
}
