use odd_core::ports::{JobPage, JobQuery, SortOrder};
use rusqlite::types::ToSql;
use rusqlite::{Connection, params_from_iter};

use super::job::{JOB_COLUMNS, read_job};
use crate::codec::status_code;

/// Rows that one page may look at; a page that meets this bound is short and tells where to go on.
const SCAN_LIMIT: i64 = 20_000;

/// A page of jobs by keyset: the cursor is the row number where the page before ended.
pub(crate) fn jobs(connection: &Connection, query: &JobQuery) -> rusqlite::Result<JobPage> {
    let (scan, filter, values) = conditions(query);
    let direction = match query.order {
        SortOrder::Newest => "DESC",
        SortOrder::Oldest => "ASC",
    };
    let where_scan = if scan.is_empty() {
        String::new()
    } else {
        format!("WHERE {}", scan.join(" AND "))
    };
    let sql = format!(
        "SELECT {JOB_COLUMNS}, j.job, {} AS wanted \
         FROM (SELECT * FROM jobs j {where_scan} ORDER BY j.job {direction} LIMIT {SCAN_LIMIT}) j \
         CROSS JOIN job_specs s ON s.job = j.job ORDER BY j.job {direction}",
        if filter.is_empty() {
            "1".to_owned()
        } else {
            filter.join(" AND ")
        },
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params_from_iter(values.iter()))?;
    let mut page = JobPage {
        jobs: Vec::new(),
        next: None,
    };
    let mut seen = 0;
    let mut last = 0i64;
    while let Some(row) = rows.next()? {
        if page.jobs.len() == query.limit {
            page.next = u64::try_from(last).ok();
            return Ok(page);
        }
        seen += 1;
        last = row.get("job")?;
        if row.get::<_, Option<bool>>("wanted")?.unwrap_or(false) {
            page.jobs.push(read_job(row)?);
        }
    }
    if seen == SCAN_LIMIT {
        page.next = u64::try_from(last).ok();
    }
    Ok(page)
}

type Conditions = (Vec<String>, Vec<String>, Vec<Box<dyn ToSql>>);

/// Conditions that an index or the row order serves, conditions that each scanned row is asked, and the values.
fn conditions(query: &JobQuery) -> Conditions {
    let (mut scan, mut filter) = (Vec::new(), Vec::new());
    let mut values: Vec<Box<dyn ToSql>> = Vec::new();
    let mut value = |value: Box<dyn ToSql>| {
        values.push(value);
        values.len()
    };
    if let Some(cursor) = query.cursor {
        let sign = if query.order == SortOrder::Newest {
            "<"
        } else {
            ">"
        };
        let n = value(Box::new(i64::try_from(cursor).unwrap_or(i64::MAX)));
        scan.push(format!("j.job {sign} ?{n}"));
    }
    if query.dead_letters {
        scan.push("j.status = 6".into());
        filter.push("j.parked = 1".into());
    }
    if let [status] = query.statuses.as_slice() {
        // Written out, not bound, so that the partial indexes apply.
        scan.push(format!("j.status = {}", status_code(*status)));
    } else if !query.statuses.is_empty() {
        let codes: Vec<String> = query
            .statuses
            .iter()
            .map(|s| status_code(*s).to_string())
            .collect();
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
        // SQLite's lower() knows ASCII letters alone; so must the other side of the comparison.
        let text = text.to_ascii_lowercase();
        let id = value(Box::new(text.replace('-', "")));
        let n = value(Box::new(text));
        filter.push(format!(
            "(instr(lower(hex(j.id)), ?{id}) > 0 OR instr(lower(j.type), ?{n}) > 0 \
             OR instr(lower(coalesce(j.unique_key, '')), ?{n}) > 0 OR instr(lower(coalesce(s.payload, '')), ?{n}) > 0 \
             OR instr(lower(coalesce(s.metadata, '')), ?{n}) > 0 OR instr(lower(coalesce(j.error_message, '')), ?{n}) > 0)"
        ));
    }
    (scan, filter, values)
}
