use odd_core::ports::{WORKER_RETENTION_MS, WorkerRecord};

use crate::codec::signed;
use crate::error::DbResult;
use crate::shared::Shared;

/// Inserts or updates a worker, and deletes those that have not reported for `$6` milliseconds.
const RECORD: &str = "\
WITH gone AS (DELETE FROM workers WHERE worker_id <> $1 \
    AND seen_at < coalesce($5::timestamptz, clock_timestamp()) - $6::bigint * interval '1 millisecond') \
INSERT INTO workers (worker_id, types, concurrency, busy, seen_at) \
VALUES ($1, $2, $3, $4, coalesce($5::timestamptz, clock_timestamp())) \
ON CONFLICT (worker_id) DO UPDATE SET types = $2, concurrency = $3, busy = $4, seen_at = excluded.seen_at";

/// Registers a worker, or updates the time it was last seen.
pub(crate) async fn record_worker(shared: &Shared, worker: &WorkerRecord) -> DbResult<()> {
    let types: Option<Vec<&str>> = worker
        .types
        .as_ref()
        .map(|types| types.iter().map(|name| name.as_str()).collect());
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
                &types,
                &concurrency,
                &busy,
                &given,
                &retention_ms,
            ],
        )
        .await?;
    Ok(())
}
