use odd_core::ports::{JobPage, JobQuery};
use rusqlite::{Connection, params_from_iter};

use super::job::{JOB_COLUMNS, read_job};
use super::list_conditions::{Conditions, Index, conditions};
use super::list_index::{SCAN_LIMIT, has_indexed_ids, index_of_status, order};
use crate::running::{AttemptsByJob, update_from_attempt};

/// Returns a page of jobs by keyset: the cursor is the row number of the last row of the previous page.
///
/// `running` must have been read before the snapshot that this function reads.
pub(crate) fn jobs(
    connection: &Connection,
    query: &JobQuery,
    running: &AttemptsByJob,
) -> rusqlite::Result<JobPage> {
    let tx = connection.unchecked_transaction()?;
    let index = match has_indexed_ids(&tx, query)? {
        true => Index::Ids,
        false => Index::Status(index_of_status(&tx, query, running)?),
    };
    let Conditions {
        scan,
        filter,
        values,
    } = conditions(query, index);
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
