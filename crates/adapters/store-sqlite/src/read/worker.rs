use odd_contracts::Timestamp;
use odd_core::ports::{MAX_WORKERS, WorkerRecord};
use rusqlite::{Connection, params};

use crate::codec::{get_json, get_time};

/// Returns the workers that reported at or after `since`, by id: those with the latest reports.
pub(crate) fn workers(
    connection: &Connection,
    since: Timestamp,
) -> rusqlite::Result<Vec<WorkerRecord>> {
    let mut statement = connection.prepare_cached(
        "SELECT worker, version, types, queues, concurrency, busy, is_draining, started_at, seen_at FROM ( \
             SELECT * FROM workers WHERE seen_at >= ?1 ORDER BY seen_at DESC, worker LIMIT ?2) ORDER BY worker",
    )?;
    let limit = i64::try_from(MAX_WORKERS).unwrap_or(i64::MAX);
    let rows = statement.query_map(params![since.as_micros(), limit], |row| {
        Ok(WorkerRecord {
            worker_id: row.get(0)?,
            version: row.get(1)?,
            types: get_json(row, 2)?,
            queues: get_json(row, 3)?,
            concurrency: row.get(4)?,
            busy: row.get(5)?,
            is_draining: row.get(6)?,
            started_at: get_time(row, 7)?,
            seen_at: get_time(row, 8)?,
        })
    })?;
    rows.collect()
}
