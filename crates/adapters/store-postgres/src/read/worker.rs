use std::collections::BTreeMap;
use std::str::FromStr;

use odd_contracts::Timestamp;
use odd_core::ports::{MAX_WORKERS, WorkerRecord};
use tokio_postgres::Row;

use crate::codec::{self, SqlTimestamp, row_limit};
use crate::error::{DbResult, damaged};
use crate::shared::Shared;

/// Returns the workers that reported at or after `since`, by id: those with the latest reports.
pub(crate) async fn workers(shared: &Shared, since: Timestamp) -> DbResult<Vec<WorkerRecord>> {
    let client = shared.readers.get().await?;
    let statement = client
        .prepare_cached(
            "SELECT worker_id, version, types, queues, concurrency, busy, is_draining, started_at, seen_at \
             FROM (SELECT * FROM workers WHERE seen_at >= $1 ORDER BY seen_at DESC, worker_id LIMIT $2) latest \
             ORDER BY worker_id COLLATE \"C\"",
        )
        .await?;
    let rows = client
        .query(&statement, &[&SqlTimestamp(since), &row_limit(MAX_WORKERS)])
        .await?;
    let worker = |row: &Row| {
        Ok(WorkerRecord {
            worker_id: codec::get(row, "worker_id")?,
            version: codec::get(row, "version")?,
            types: names(row, "types")?,
            queues: names(row, "queues")?,
            concurrency: codec::number(row, "concurrency")?,
            busy: codec::number(row, "busy")?,
            is_draining: codec::get(row, "is_draining")?,
            started_at: codec::time(row, "started_at")?,
            seen_at: codec::time(row, "seen_at")?,
        })
    };
    rows.iter().map(worker).collect()
}

/// Returns the number of running attempts of each worker that has any.
pub(crate) async fn running_attempts(shared: &Shared) -> DbResult<BTreeMap<String, u64>> {
    let client = shared.readers.get().await?;
    let count = "SELECT j.worker_id, count(*) AS running FROM running_jobs r JOIN jobs j USING (job) \
         WHERE j.worker_id IS NOT NULL GROUP BY j.worker_id";
    let statement = client.prepare_cached(count).await?;
    let rows = client.query(&statement, &[]).await?;
    let counted = |row: &Row| {
        Ok((
            codec::get(row, "worker_id")?,
            codec::large_number(row, "running")?,
        ))
    };
    rows.iter().map(counted).collect()
}

/// Returns the names in a `text[]` column, or `None` for NULL.
fn names<T: FromStr>(row: &Row, column: &str) -> DbResult<Option<Vec<T>>> {
    let texts: Option<Vec<&str>> = codec::get(row, column)?;
    let parse = |text: &str| {
        text.parse()
            .map_err(|_| damaged(format!("{column} contains {text:?}")))
    };
    texts
        .map(|texts| texts.into_iter().map(parse).collect())
        .transpose()
}
