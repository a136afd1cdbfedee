use odd_core::ports::{WORKER_RETENTION_MS, WorkerRecord};

use crate::codec::{SqlTimestamp, signed};
use crate::error::DbResult;
use crate::shared::Shared;

/// Inserts or updates a worker, and deletes those that have not reported for `$10` milliseconds.
const RECORD: &str = "\
WITH gone AS (DELETE FROM workers WHERE worker_id <> $1 \
    AND seen_at < coalesce($9::timestamptz, clock_timestamp()) - $10::bigint * interval '1 millisecond') \
INSERT INTO workers (worker_id, version, types, queues, concurrency, busy, is_draining, started_at, seen_at) \
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, coalesce($9::timestamptz, clock_timestamp())) \
ON CONFLICT (worker_id) DO UPDATE SET version = $2, types = $3, queues = $4, concurrency = $5, busy = $6, \
    is_draining = $7, started_at = $8, seen_at = excluded.seen_at";

/// Registers a worker, or updates the time it was last seen.
pub(crate) async fn record_worker(shared: &Shared, worker: &WorkerRecord) -> DbResult<()> {
    let types = worker.types.as_ref();
    let types: Option<Vec<&str>> = types.map(|all| all.iter().map(|name| name.as_str()).collect());
    let queues = worker.queues.as_ref();
    let queues: Option<Vec<&str>> =
        queues.map(|all| all.iter().map(|name| name.as_str()).collect());
    let client = shared.writers.get().await?;
    let statement = client.prepare_cached(RECORD).await?;
    let given = shared.given_time();
    let (concurrency, busy) = (signed(worker.concurrency), signed(worker.busy));
    let retention_ms = i64::try_from(WORKER_RETENTION_MS).unwrap_or(i64::MAX);
    client
        .execute(
            &statement,
            &[
                &worker.worker_id,
                &worker.version,
                &types,
                &queues,
                &concurrency,
                &busy,
                &worker.is_draining,
                &SqlTimestamp(worker.started_at),
                &given,
                &retention_ms,
            ],
        )
        .await?;
    Ok(())
}

/// Removes a worker that has ended.
pub(crate) async fn remove_worker(shared: &Shared, worker_id: &str) -> DbResult<()> {
    let client = shared.writers.get().await?;
    let remove = "DELETE FROM workers WHERE worker_id = $1";
    let statement = client.prepare_cached(remove).await?;
    client.execute(&statement, &[&worker_id]).await?;
    Ok(())
}
