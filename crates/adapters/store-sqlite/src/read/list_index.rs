//! The indexes that a listing of jobs can use instead of reading the rows one by one.

use odd_contracts::JobStatus;
use odd_core::ports::{JobQuery, SortOrder};
use rusqlite::Connection;

use crate::codec::{fingerprint_column, status_column, to_json};
use crate::running::AttemptsByJob;

/// Rows that one page reads at most; a page that reaches this bound is short, and its cursor continues after it. An index
/// that is read up to this bound contributes one row more, which shows the page that there are more.
pub(super) const SCAN_LIMIT: i64 = 20_000;

/// Ids in a range that a page reads from their index at most. With more ids, rows are read one by one.
const ID_LIMIT: i64 = 200_000;

/// Entries of an index that a page sorts at most. With more entries, a scan from the cursor finds enough jobs.
const INDEX_LIMIT: i64 = 20_000;

/// The rows of jobs that an index lists.
pub(super) enum IndexedJobs {
    /// A query for all of their numbers.
    Query(String),
    /// A query for their next numbers after the cursor, in the order of the listing: as many as a page reads, and one more.
    Next(String),
    /// Their numbers, as a JSON array.
    Numbers(String),
}

/// Returns the rows of the jobs with the fingerprint or in the only status of the query, unless a scan is as fast.
pub(super) fn index_of_status(
    connection: &Connection,
    query: &JobQuery,
    running: &AttemptsByJob,
) -> rusqlite::Result<Option<IndexedJobs>> {
    if let Some(fingerprint) = query.fingerprint {
        let fingerprint = fingerprint_column(fingerprint);
        let condition = format!("fingerprint = {fingerprint}");
        return Ok(Some(IndexedJobs::Next(unsuccessful(query, &condition))));
    }
    let status = match query.statuses.as_slice() {
        [status] => *status,
        [] if query.dead_letters => JobStatus::Failed,
        _ => return Ok(None),
    };
    let (count, numbers) = match status {
        JobStatus::Pending => (
            "SELECT coalesce(sum(last - first + 1), 0) FROM (SELECT first, last FROM ready LIMIT 20000)",
            "WITH RECURSIVE n (job, last) AS (SELECT first, last FROM ready \
             UNION ALL SELECT job + 1, last FROM n WHERE job < last) SELECT job FROM n",
        ),
        JobStatus::Scheduled | JobStatus::Retrying => (
            "SELECT count(*) FROM (SELECT 1 FROM delayed LIMIT 20000)",
            "SELECT job FROM delayed",
        ),
        JobStatus::Executing => {
            let numbers: Vec<i64> = running.values().map(|attempt| attempt.row.job).collect();
            return Ok(Some(IndexedJobs::Numbers(to_json(&numbers))));
        }
        JobStatus::Failed | JobStatus::Cancelled => {
            let condition = format!("status = {}", status_column(status));
            return Ok(Some(IndexedJobs::Next(unsuccessful(query, &condition))));
        }
        JobStatus::Validated | JobStatus::Completed => return Ok(None),
    };
    let count: i64 = connection
        .prepare_cached(count)?
        .query_row([], |row| row.get(0))?;
    Ok((count < INDEX_LIMIT).then(|| IndexedJobs::Query(numbers.to_owned())))
}

/// Returns a query for FAILED or CANCELLED jobs that meet a condition. Their indexes have the order of the listing, so it
/// reads no more than a scan.
fn unsuccessful(query: &JobQuery, condition: &str) -> String {
    let (sign, direction) = order(query);
    let after = match query.cursor {
        Some(_) => format!("AND job {sign} ?1"),
        None => String::new(),
    };
    format!(
        "SELECT job FROM unsuccessful WHERE {condition} {after} ORDER BY job {direction} LIMIT {SCAN_LIMIT} + 1"
    )
}

/// Returns how the next row compares to the cursor, and the direction of the listing.
pub(super) fn order(query: &JobQuery) -> (&'static str, &'static str) {
    match query.order {
        SortOrder::Newest => ("<", "DESC"),
        SortOrder::Oldest => (">", "ASC"),
    }
}

/// Returns `true` if the index of ids finds the jobs in the range of ids of the query. Without a range, or with very many ids
/// in it, rows are compared one by one.
pub(super) fn has_indexed_ids(connection: &Connection, query: &JobQuery) -> rusqlite::Result<bool> {
    let Some(prefix) = &query.id_prefix else {
        return Ok(false);
    };
    let sql = "SELECT count(*) FROM (SELECT 1 FROM jobs WHERE id >= ?1 AND id <= ?2 LIMIT ?3 + 1)";
    let bounds = (prefix.first_id().0, prefix.last_id().0, ID_LIMIT);
    let count: i64 = connection
        .prepare_cached(sql)?
        .query_row(bounds, |row| row.get(0))?;
    Ok(count <= ID_LIMIT)
}
