use odd_contracts::JobStatus;
use odd_core::ports::{JobPage, JobQuery, SortOrder};
use tokio_postgres::types::ToSql;

use super::job::{COLUMNS, read_job};
use crate::codec::At;
use crate::error::DbResult;
use crate::shared::Shared;

/// Rows that one page may look at; a page that meets this bound is short and tells where to go on.
const SCAN_LIMIT: i64 = 5_000;

/// The same for a search, which reads everything that a row says.
const SEARCH_LIMIT: i64 = 2_500;

/// A page of jobs by keyset: the cursor is the number of the job where the page before ended.
///
/// Rows are looked at in the order of their numbers, along the primary key or an index of one status, tag or the dead
/// letters, until there are enough; the other conditions are asked of each. A marker row says where the scan of a short
/// page ended.
pub(crate) async fn jobs(shared: &Shared, query: &JobQuery) -> DbResult<JobPage> {
    let mut values = Values::default();
    let scan = scan(query, &mut values);
    let filter = filter(query, &mut values);
    let limit = values.add(i64::try_from(query.limit).unwrap_or(i64::MAX));
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
        // Its rows need not be looked up again.
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
        if let Some(number) = row.try_get::<_, Option<i64>>("job")? {
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
        let scanned: i64 = row.try_get("scanned")?;
        let last: Option<i64> = row.try_get("last")?;
        let last = last.filter(|_| scanned >= scan_limit);
        page.next = last.and_then(|last| u64::try_from(last).ok());
    }
    Ok(page)
}

/// The rows to look at.
struct Scan {
    table: &'static str,
    condition: String,
}

impl Scan {
    /// The numbers of the jobs.
    fn numbers(&self) -> String {
        format!("SELECT job FROM {} WHERE {}", self.table, self.condition)
    }
}

/// The rows to look at, from the cursor on.
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

/// What is asked of each row.
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
        conditions.push(format!("j.created_at >= {}", values.add(At(since))));
    }
    if let Some(until) = query.until {
        conditions.push(format!("j.created_at < {}", values.add(At(until))));
    }
    if let Some(text) = &query.text {
        // ASCII letters alone are compared without case, as the embedded store does.
        let text = values.add(text.to_ascii_lowercase());
        let fields = [
            "j.id::text",
            "j.job_type",
            "j.unique_key",
            "j.payload",
            "(j.options -> 'metadata')::text",
            // Text cannot hold U+0000, which a message may.
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

/// Values of a statement that is put together, in the order of their places.
#[derive(Default)]
struct Values(Vec<Box<dyn ToSql + Sync + Send>>);

impl Values {
    /// Adds a value; its place in the statement.
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
