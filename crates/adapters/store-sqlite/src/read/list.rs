use odd_contracts::JobStatus;
use odd_core::ports::{JobPage, JobQuery, SortOrder};
use rusqlite::types::ToSql;
use rusqlite::{Connection, params_from_iter};

use super::job::{JOB_COLUMNS, read_job};
use crate::codec::{status_column, to_json};
use crate::columns::PAYLOAD;
use crate::running::{AttemptsByJob, update_from_attempt};

/// Rows that one page reads at most; a page that reaches this bound is short, and its cursor continues after it.
const SCAN_LIMIT: i64 = 20_000;

/// Returns a page of jobs by keyset: the cursor is the row number of the last row of the previous page.
///
/// `running` must have been read before the snapshot that this function reads.
pub(crate) fn jobs(
    connection: &Connection,
    query: &JobQuery,
    running: &AttemptsByJob,
) -> rusqlite::Result<JobPage> {
    let tx = connection.unchecked_transaction()?;
    let index = index_of_status(&tx, query, running)?;
    let (scan, filter, values) = conditions(query, index);
    let (_, direction) = order(query);
    let where_scan = if scan.is_empty() {
        String::new()
    } else {
        format!("WHERE {}", scan.join(" AND "))
    };
    let filter = if filter.is_empty() {
        "1".to_owned()
    } else {
        filter.join(" AND ")
    };
    // Without a limit: rows are read one by one in the order of their numbers, until the loop below ends.
    let sql = format!(
        "SELECT {JOB_COLUMNS}, j.job, {filter} AS wanted FROM jobs j {where_scan} ORDER BY j.job {direction}"
    );
    let mut statement = tx.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(values.iter()))?;
    let mut page = JobPage {
        jobs: Vec::new(),
        next: None,
    };
    let mut seen = 0;
    let mut last = 0i64;
    while let Some(row) = rows.next()? {
        if page.jobs.len() == query.limit || seen == SCAN_LIMIT {
            page.next = u64::try_from(last).ok();
            return Ok(page);
        }
        seen += 1;
        last = row.get("job")?;
        if row.get::<_, Option<bool>>("wanted")?.unwrap_or(false) {
            let mut job = read_job(row)?;
            if let Some(attempt) = running.get(&job.id) {
                update_from_attempt(&mut job, attempt);
            }
            if query.statuses.is_empty() || query.statuses.contains(&job.status) {
                page.jobs.push(job);
            }
        }
    }
    Ok(page)
}

/// Entries of an index that a page sorts at most. With more entries, a scan from the cursor finds enough jobs.
const INDEX_LIMIT: i64 = 20_000;

/// The rows of the jobs of a status.
enum IndexedJobs {
    /// A query for their numbers.
    Query(String),
    /// Their numbers, as a JSON array.
    Numbers(String),
}

/// Returns the rows of the jobs in the only status of the query, unless a scan is as fast.
fn index_of_status(
    connection: &Connection,
    query: &JobQuery,
    running: &AttemptsByJob,
) -> rusqlite::Result<Option<IndexedJobs>> {
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
            return Ok(Some(IndexedJobs::Query(unsuccessful(query, status))));
        }
        JobStatus::Validated | JobStatus::Completed => return Ok(None),
    };
    let count: i64 = connection
        .prepare_cached(count)?
        .query_row([], |row| row.get(0))?;
    Ok((count < INDEX_LIMIT).then(|| IndexedJobs::Query(numbers.to_owned())))
}

/// Returns a query for FAILED or CANCELLED jobs. Their index has the order of the listing, so it reads no more than a scan.
fn unsuccessful(query: &JobQuery, status: JobStatus) -> String {
    let (sign, direction) = order(query);
    let after = match query.cursor {
        Some(_) => format!("AND job {sign} ?1"),
        None => String::new(),
    };
    let status = status_column(status);
    format!(
        "SELECT job FROM unsuccessful WHERE status = {status} {after} ORDER BY job {direction} LIMIT {SCAN_LIMIT}"
    )
}

/// Returns how the next row compares to the cursor, and the direction of the listing.
fn order(query: &JobQuery) -> (&'static str, &'static str) {
    match query.order {
        SortOrder::Newest => ("<", "DESC"),
        SortOrder::Oldest => (">", "ASC"),
    }
}

type Conditions = (Vec<String>, Vec<String>, Vec<Box<dyn ToSql>>);

/// Returns conditions that an index or the row order answers, conditions that are checked for each row, and the values of
/// both.
fn conditions(query: &JobQuery, index: Option<IndexedJobs>) -> Conditions {
    let (mut scan, mut filter) = (Vec::new(), Vec::new());
    let mut values: Vec<Box<dyn ToSql>> = Vec::new();
    let mut value = |value: Box<dyn ToSql>| {
        values.push(value);
        values.len()
    };
    if let Some(cursor) = query.cursor {
        let (sign, _) = order(query);
        let n = value(Box::new(i64::try_from(cursor).unwrap_or(i64::MAX)));
        scan.push(format!("j.job {sign} ?{n}"));
    }
    match index {
        Some(IndexedJobs::Query(numbers)) => scan.push(format!("j.job IN ({numbers})")),
        Some(IndexedJobs::Numbers(numbers)) => {
            let n = value(Box::new(numbers));
            scan.push(format!("j.job IN (SELECT value FROM json_each(?{n}))"));
        }
        None => {}
    }
    if query.dead_letters {
        filter.push("j.state ->> '$.parked'".into());
    }
    let mut codes: Vec<String> = query
        .statuses
        .iter()
        .map(|status| status_column(*status).to_string())
        .collect();
    if !codes.is_empty() {
        if query.statuses.contains(&JobStatus::Executing) {
            // The row of a running job may be older; the caller checks the status after its update.
            codes.push(status_column(JobStatus::Pending).to_string());
        }
        filter.push(format!("j.status IN ({})", codes.join(", ")));
    }
    if let Some(tag) = &query.tag {
        let n = value(Box::new(tag.clone()));
        scan.push(format!(
            "j.job IN (SELECT job FROM job_tags WHERE tag = ?{n})"
        ));
    }
    if let Some(job_type) = &query.job_type {
        let n = value(Box::new(job_type.as_str().to_owned()));
        filter.push(format!("j.type = ?{n}"));
    }
    if let Some(queue) = &query.queue {
        let n = value(Box::new(queue.as_str().to_owned()));
        filter.push(format!("j.queue = ?{n}"));
    }
    if let Some(since) = query.since {
        let n = value(Box::new(since.as_micros()));
        filter.push(format!("j.created_at >= ?{n}"));
    }
    if let Some(until) = query.until {
        let n = value(Box::new(until.as_micros()));
        filter.push(format!("j.created_at < ?{n}"));
    }
    if let Some(text) = &query.text {
        // SQLite's lower() changes ASCII letters only, so the other side of the comparison must too.
        let text = text.to_ascii_lowercase();
        let id = value(Box::new(text.replace('-', "")));
        let n = value(Box::new(text));
        filter.push(format!(
            "(instr(lower(hex(j.id)), ?{id}) > 0 OR instr(lower(j.type), ?{n}) > 0 \
             OR instr(lower(coalesce(j.state ->> '$.unique_key', '')), ?{n}) > 0 \
             OR instr(lower(coalesce({PAYLOAD}, '')), ?{n}) > 0 \
             OR instr(lower(coalesce(j.options ->> '$.metadata', '')), ?{n}) > 0 \
             OR instr(lower(coalesce(j.state ->> '$.error.message', '')), ?{n}) > 0)"
        ));
    }
    (scan, filter, values)
}
