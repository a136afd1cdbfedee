use odd_contracts::JobStatus;
use odd_core::ports::JobTotals;
use rusqlite::Connection;

use super::log::head;
use crate::codec::status_column;

/// Returns the numbers of jobs, from one snapshot.
pub(crate) fn totals(connection: &Connection) -> rusqlite::Result<JobTotals> {
    let tx = connection.unchecked_transaction()?;
    let count = |sql: &str| {
        tx.prepare_cached(sql)?
            .query_row([], |row| row.get::<_, u64>(0))
    };
    let unsuccessful = |status| {
        tx.prepare_cached("SELECT count(*) FROM unsuccessful WHERE status = ?1")?
            .query_row([status_column(status)], |row| row.get::<_, u64>(0))
    };
    let ready = count("SELECT coalesce(sum(last - first + 1), 0) FROM ready")?;
    let delayed = count("SELECT count(*) FROM delayed")?;
    Ok(JobTotals {
        position: head(&tx)?,
        rows: count("SELECT count(*) FROM jobs")?,
        in_flight: ready + delayed + running(&tx)?,
        failed: unsuccessful(JobStatus::Failed)?,
        cancelled: unsuccessful(JobStatus::Cancelled)?,
        removed: count("SELECT count FROM removed_jobs")?,
    })
}

/// Returns the number of running jobs. A claim does not write the rows of its jobs, and contains those that have ended too:
/// a job runs while its row is older than the claim, or has the status EXECUTING.
fn running(connection: &Connection) -> rusqlite::Result<u64> {
    let mut statement = connection.prepare_cached(
        "SELECT count(*) FROM claims c CROSS JOIN json_each(c.jobs) e CROSS JOIN jobs j ON j.job = e.value ->> 0 \
         WHERE j.version < e.value ->> 2 OR (j.status = ?1 AND j.attempt = e.value ->> 1)",
    )?;
    statement.query_row([status_column(JobStatus::Executing)], |row| row.get(0))
}
