use std::collections::BTreeMap;

use odd_contracts::{JobId, JobStatus, QueueName, Timestamp};
use odd_core::ports::{QueueDepth, WaitingBehind};
use rusqlite::{Connection, OptionalExtension, params};

use crate::codec::{get_name, get_time, status_column};

/// Bound of the jobs ahead of a job, and of the ranges that are read to count them.
const AHEAD_LIMIT: u64 = 10_000;

/// Ranges of ready jobs that are read to find the oldest of each queue.
const OLDEST_SCAN: i64 = 10_000;

/// Returns the queues with ready jobs, and since when their oldest job is ready. Reads a bounded number of ranges in the
/// order of claims: a queue whose jobs all come later is left out.
pub(crate) fn queue_depths(connection: &Connection) -> rusqlite::Result<Vec<QueueDepth>> {
    let mut statement = connection.prepare_cached(
        "SELECT queue, min(ready_at) FROM (SELECT queue, ready_at FROM ready LIMIT ?1) \
         GROUP BY queue",
    )?;
    let mut oldest: BTreeMap<QueueName, Timestamp> = BTreeMap::new();
    let mut rows = statement.query(params![OLDEST_SCAN])?;
    while let Some(row) = rows.next()? {
        oldest.insert(get_name(row, 0)?, get_time(row, 1)?);
    }
    Ok(oldest
        .into_iter()
        .map(|(queue, at)| QueueDepth {
            queue,
            oldest_ready_at: Some(at),
        })
        .collect())
}

/// Returns the number of dead letters. Reads the rows of all FAILED jobs.
pub(crate) fn count_dead_letters(connection: &Connection) -> rusqlite::Result<u64> {
    let mut statement = connection.prepare_cached(
        "SELECT count(*) FROM unsuccessful u CROSS JOIN jobs j ON j.job = u.job \
         WHERE u.status = ?1 AND j.state ->> '$.parked'",
    )?;
    statement.query_row(params![status_column(JobStatus::Failed)], |row| row.get(0))
}

/// Returns how many ready jobs of the same type and queue would be claimed before `id`, or nothing if it is not ready.
pub(crate) fn waiting_behind(
    connection: &Connection,
    id: JobId,
) -> rusqlite::Result<Option<WaitingBehind>> {
    let tx = connection.unchecked_transaction()?;
    let mut statement = tx.prepare_cached(
        "SELECT j.job - r.first FROM jobs j CROSS JOIN ready r \
           ON r.type = j.type AND r.rank = -j.priority AND r.ready_at = j.due_at AND j.job BETWEEN r.first AND r.last \
         WHERE j.id = ?1",
    )?;
    let in_own_range: Option<u64> = statement
        .query_row(params![id.0], |row| row.get(0))
        .optional()?;
    let Some(mut ahead) = in_own_range else {
        return Ok(None);
    };
    let mut statement = tx.prepare_cached(
        "SELECT r.queue = j.queue, r.last - r.first + 1 FROM jobs j CROSS JOIN ready r \
           ON r.type = j.type AND r.rank < -j.priority WHERE j.id = ?1 \
         UNION ALL \
         SELECT r.queue = j.queue, r.last - r.first + 1 FROM jobs j CROSS JOIN ready r \
           ON r.type = j.type AND r.rank = -j.priority AND r.ready_at <= j.due_at \
           AND (r.ready_at, r.last) < (j.due_at, j.job) WHERE j.id = ?1",
    )?;
    let mut rows = statement.query(params![id.0])?;
    let mut ranges = 0;
    while ahead < AHEAD_LIMIT
        && ranges < AHEAD_LIMIT
        && let Some(row) = rows.next()?
    {
        ranges += 1;
        let is_same_queue: bool = row.get(0)?;
        if is_same_queue {
            ahead += row.get::<_, u64>(1)?;
        }
    }
    Ok(Some(WaitingBehind {
        ahead: ahead.min(AHEAD_LIMIT),
        at_least: ahead >= AHEAD_LIMIT || ranges >= AHEAD_LIMIT,
    }))
}
