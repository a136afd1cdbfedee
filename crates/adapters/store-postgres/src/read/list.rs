use odd_contracts::JobStatus;
use odd_core::ports::{JobPage, JobQuery, SortOrder};
use tokio_postgres::types::ToSql;

use super::job::{COLUMNS, read_job};
use crate::codec::At;
use crate::error::DbResult;
use crate::store::Shared;

/// Rows that one page may look at; a page that meets this bound is short and tells where to go on.
const SCAN_LIMIT: i64 = 20_000;

/// A page of jobs by keyset: the cursor is the number of the job where the page before ended.
///
/// Rows are looked at in the order of their numbers, along the primary key or an index of one status, tag or the dead
/// letters; the other conditions are asked of each. A marker row says where the scan ended.
pub(crate) async fn jobs(shared: &Shared, query: &JobQuery) -> DbResult<JobPage> {
    let mut values = Values::default();
    let scan = scan(query, &mut values);
    let filter = filter(query, &mut values);
    let direction = direction(query);
    let limit = values.add(i64::try_from(query.limit).unwrap_or(i64::MAX));
    let scan_limit = values.add(SCAN_LIMIT);
    let sql = format!(
        "WITH seen AS MATERIALIZED (SELECT job FROM ({scan}) s ORDER BY job {direction} LIMIT {scan_limit}::bigint), \
         found AS MATERIALIZED (SELECT {COLUMNS} FROM seen JOIN jobs j USING (job) WHERE {filter} \
             ORDER BY j.job {direction} LIMIT {limit}::bigint + 1) \
         SELECT f.*, s.scanned, s.last FROM (SELECT count(*) AS scanned, (SELECT job FROM seen \
             OFFSET greatest((SELECT count(*) FROM seen) - 1, 0) LIMIT 1) AS last FROM seen) s \
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
        let last = last.filter(|_| scanned >= SCAN_LIMIT);
        page.next = last.and_then(|last| u64::try_from(last).ok());
    }
    Ok(page)
}

fn direction(query: &JobQuery) -> &'static str {
    match query.order {
        SortOrder::Newest => "DESC",
        SortOrder::Oldest => "ASC",
    }
}

/// The numbers of the rows to look at, from the cursor on.
fn scan(query: &JobQuery, values: &mut Values) -> String {
    let after = match (query.cursor, query.order) {
        (None, _) => String::new(),
        (Some(cursor), order) => {
            let sign = if order == SortOrder::Newest { "<" } else { ">" };
            format!(
                "AND job {sign} {}",
                values.add(i64::try_from(cursor).unwrap_or(i64::MAX))
            )
        }
    };
    if let Some(tag) = &query.tag {
        return format!(
            "SELECT job FROM job_tags WHERE tag = {} {after}",
            values.add(tag.clone())
        );
    }
    if query.dead_letters {
        return format!("SELECT job FROM jobs WHERE parked {after}");
    }
    match query.statuses.as_slice() {
        [JobStatus::Pending] => format!("SELECT job FROM ready_jobs WHERE true {after}"),
        [JobStatus::Executing] => format!("SELECT job FROM running_jobs WHERE true {after}"),
        [status] if *status != JobStatus::Completed => {
            format!("SELECT job FROM jobs WHERE listed_status = '{status}' {after}")
        }
        _ => format!("SELECT job FROM jobs WHERE true {after}"),
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
