use odd_core::TextSearch;
use odd_core::ports::{JobPage, JobQuery, SEARCHED_BYTES_LIMIT};
use rusqlite::{Connection, params_from_iter};

use super::job::{JOB_COLUMNS, read_job};
use super::list_conditions::{Conditions, Index, conditions};
use super::list_index::{SCAN_LIMIT, has_indexed_ids, index_of_status, order};
use crate::columns::PAYLOAD;
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
    let search = TextSearch::new(&query.texts, &query.not_texts);
    let payload = match search.is_empty() {
        true => "NULL".to_owned(),
        false => format!("CASE WHEN {filter} THEN {PAYLOAD} END"),
    };
    let sql = format!(
        "SELECT {JOB_COLUMNS}, j.job, {filter} AS wanted, {payload} AS searched FROM jobs j {where_scan} \
         ORDER BY j.job {direction}"
    );
    let mut statement = tx.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(values.iter()))?;
    let mut page = JobPage {
        jobs: Vec::new(),
        next: None,
        stopped_at_bound: false,
    };
    let mut seen = 0;
    let mut searched_bytes = 0;
    let mut last = 0i64;
    while let Some(row) = rows.next()? {
        let is_full = page.jobs.len() == query.limit;
        if is_full || seen == SCAN_LIMIT || searched_bytes >= SEARCHED_BYTES_LIMIT {
            page.next = u64::try_from(last).ok();
            page.stopped_at_bound = !is_full;
            return Ok(page);
        }
        seen += 1;
        last = row.get("job")?;
        if row.get::<_, Option<bool>>("wanted")?.unwrap_or(false) {
            let mut job = read_job(row)?;
            if let Some(attempt) = running.get(&job.id) {
                update_from_attempt(&mut job, attempt);
            }
            let payload: Option<&str> = row.get_ref("searched")?.as_str_or_null()?;
            searched_bytes += payload.map_or(0, str::len);
            let has_status = query.statuses.is_empty() || query.statuses.contains(&job.status);
            if has_status && search.admits(&job, payload) {
                page.jobs.push(job);
            }
        }
    }
    Ok(page)
}
