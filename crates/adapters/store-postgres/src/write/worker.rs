use odd_core::ports::WorkerRecord;

use crate::codec::signed;
use crate::error::DbResult;
use crate::shared::Shared;

/// Notes that a worker lives, and forgets those gone for a day.
const RECORD: &str = "\
WITH gone AS (DELETE FROM workers WHERE seen_at < coalesce($5::timestamptz, clock_timestamp()) - interval '1 day' \
    AND worker_id <> $1) \
INSERT INTO workers (worker_id, types, concurrency, busy, seen_at) \
VALUES ($1, $2, $3, $4, coalesce($5::timestamptz, clock_timestamp())) \
ON CONFLICT (worker_id) DO UPDATE SET types = $2, concurrency = $3, busy = $4, seen_at = excluded.seen_at";

pub(crate) async fn record_worker(shared: &Shared, worker: &WorkerRecord) -> DbResult<()> {
    let types: Option<Vec<&str>> = worker
        .types
        .as_ref()
        .map(|types| types.iter().map(|name| name.as_str()).collect());
    let client = shared.writers.get().await?;
    let statement = client.prepare_cached(RECORD).await?;
    let given = shared.given_time();
    let (concurrency, busy) = (signed(worker.concurrency), signed(worker.busy));
    client
        .execute(
            &statement,
            &[&worker.worker_id, &types, &concurrency, &busy, &given],
        )
        .await?;
    Ok(())
}
