use odd_contracts::JobStatus;
use odd_core::ports::{JobPage, JobQuery, SortOrder};
use tokio_postgres::types::ToSql;

use super::job::{COLUMNS, read_job};
use crate::codec::{self, SqlTimestamp};
use crate::error::DbResult;
use crate::shared::Shared;

/// Most rows that one page reads. A page that reaches this limit is short and has a cursor.
const SCAN_LIMIT: i64 = 5_000;

/// Most rows that one page of a text search reads. A search reads more columns.
const SEARCH_LIMIT: i64 = 2_500;

/// Returns a page of jobs by keyset. The cursor is the number of the job where the previous page ended.
///
/// The query scans jobs in the order of their numbers, along the primary key or an index of one status, one tag or the
/// dead letters, until the page is full. It checks the other conditions for each row. An additional row contains where
/// the scan of a short page ended.
pub(crate) async fn jobs(shared: &Shared, query: &JobQuery) -> DbResult<JobPage> {
    let mut values = Values::default();
    let scan = scan(query, &mut values);
    let filter = filter(query, &mut values);
    let limit = values.add(codec::row_limit(query.limit));
    let scan_limit = match query.text {
        Some(_) => SEARCH_LIMIT,
        None => SCAN_LIMIT,
    };
    let (direction, last) = match query.order {
        SortOrder::Newest => ("DESC", "min"),
        SortOrder::Oldest => ("ASC", "max"),
    };
    let order = format!("ORDER BY job {direction} LIMIT {scan_limit}");
    let rows = match scan.table {
        // The scan reads whole rows; no join is needed.
        "jobs" => format!("(SELECT * FROM jobs WHERE {} {order}) j", scan.condition),
        _ => format!("({} {order}) seen JOIN jobs j USING (job)", scan.numbers()),
    };
    let numbers = scan.numbers();
    let sql = format!(
        "WITH found AS MATERIALIZED ( \
             SELECT {COLUMNS} FROM {rows} WHERE {filter} ORDER BY j.job {direction} LIMIT {limit}::bigint + 1) \
         SELECT f.*, s.scanned, s.last FROM ( \
             SELECT count(*) AS scanned, {last}(job) AS last FROM ({numbers} {order}) seen \
             WHERE (SELECT count(*) FROM found) <= {limit}::bigint) s \
         LEFT JOIN found f ON true ORDER BY f.job {direction}"
    );
    let client = shared.readers.get().await?;
    let statement = client.prepare_cached(&sql).await?;
    let rows = client.query(&statement, &values.params()).await?;
    let mut page = JobPage {
        jobs: Vec::new(),
        next: None,
    };
    let mut numbers = Vec::new();
    for row in &rows {
        if let Some(number) = codec::get::<Option<i64>, _>(row, "job")? {
            numbers.push(number);
            page.jobs.push(read_job(row)?);
        }
    }
    if page.jobs.len() > query.limit {
        page.jobs.truncate(query.limit);
        page.next = query
            .limit
            .checked_sub(1)
            .and_then(|last| u64::try_from(numbers[last]).ok());
        return Ok(page);
    }
    if let Some(row) = rows.first() {
        let scanned: i64 = codec::get(row, "scanned")?;
        let last: Option<i64> = codec::get(row, "last")?;
        let last = last.filter(|_| scanned >= scan_limit);
        page.next = last.and_then(|last| u64::try_from(last).ok());
    }
    Ok(page)
}

/// The table or index that a page scans.
struct Scan {
    table: &'static str,
    condition: String,
}

impl Scan {
    /// Returns the query for the numbers of the scanned jobs.
    fn numbers(&self) -> String {
        format!("SELECT job FROM {} WHERE {}", self.table, self.condition)
    }
}

/// Selects the scan, starting at the cursor.
fn scan(query: &JobQuery, values: &mut Values) -> Scan {
    let after = query.cursor.map_or_else(String::new, |cursor| {
        let sign = match query.order {
            SortOrder::Newest => "<",
            SortOrder::Oldest => ">",
        };
        let cursor = values.add(i64::try_from(cursor).unwrap_or(i64::MAX));
        format!(" AND job {sign} {cursor}")
    });
    let (table, condition) = if let Some(tag) = &query.tag {
        ("job_tags", format!("tag = {}", values.add(tag.clone())))
    } else if query.dead_letters {
        ("jobs", "parked".to_owned())
    } else {
        match query.statuses.as_slice() {
            [JobStatus::Pending] => ("ready_jobs", "true".to_owned()),
            [JobStatus::Executing] => ("running_jobs", "true".to_owned()),
            [status] if *status != JobStatus::Completed => {
                ("jobs", format!("listed_status = '{status}'"))
            }
            _ => ("jobs", "true".to_owned()),
        }
    };
    Scan {
        table,
        condition: condition + &after,
    }
}

/// Returns the condition that each row must meet.
fn filter(query: &JobQuery, values: &mut Values) -> String {
    let mut conditions = vec!["true".to_owned()];
    if query.dead_letters {
        conditions.push("j.parked".into());
    }
    if !query.statuses.is_empty() {
        let statuses: Vec<String> = query.statuses.iter().map(ToString::to_string).collect();
        conditions.push(format!("j.status = ANY({})", values.add(statuses)));
    }
    if let Some(job_type) = &query.job_type {
        conditions.push(format!("j.job_type = {}", values.add(job_type.to_string())));
    }
    if let Some(queue) = &query.queue {
        conditions.push(format!("j.queue = {}", values.add(queue.to_string())));
    }
    if let Some(since) = query.since {
        conditions.push(format!(
            "j.created_at >= {}",
            values.add(SqlTimestamp(since))
        ));
    }
    if let Some(until) = query.until {
        conditions.push(format!(
            "j.created_at < {}",
            values.add(SqlTimestamp(until))
        ));
    }
    if let Some(text) = &query.text {
        // The case of ASCII letters is ignored, and no other, as in the embedded store.
        let text = values.add(text.to_ascii_lowercase());
        let fields = [
            "j.id::text",
            "j.job_type",
            "j.unique_key",
            "j.payload",
            "(j.options -> 'metadata')::text",
            // A message may contain U+0000, which text cannot.
            "CASE WHEN strpos(j.error::text, '\\u0000') = 0 THEN j.error ->> 'message' END",
        ];
        let any: Vec<String> = fields
            .iter()
            .map(|field| format!("position({text} in lower({field} COLLATE \"C\")) > 0"))
            .collect();
        conditions.push(format!("({})", any.join(" OR ")));
    }
    conditions.join(" AND ")
}

/// The parameters of a generated statement, in order.
#[derive(Default)]
struct Values(Vec<Box<dyn ToSql + Sync + Send>>);

impl Values {
    /// Adds a parameter and returns its placeholder.
    fn add(&mut self, value: impl ToSql + Sync + Send + 'static) -> String {
        self.0.push(Box::new(value));
        format!("${}", self.0.len())
    }

    fn params(&self) -> Vec<&(dyn ToSql + Sync)> {
        self.0
            .iter()
            .map(|value| &**value as &(dyn ToSql + Sync))
            .collect()
    }
}
