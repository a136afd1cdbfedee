use deadpool_postgres::Object;
use odd_contracts::JobStatus;
use odd_core::ports::{JobQuery, SortOrder};

use super::list_filter::{between, suffix_condition};
use super::values::Values;
use crate::codec;
use crate::error::DbResult;

/// The table of the jobs that are FAILED, by fingerprint.
pub(super) const FAILED_JOBS: &str = "failed_jobs";

/// Ids in a range that a page reads from their index at most. With more ids, jobs are scanned in the order of their numbers.
const ID_LIMIT: i64 = 100_000;

/// Returns `true` if the index of ids finds the jobs in the range of ids of the query.
pub(super) async fn has_indexed_ids(client: &Object, query: &JobQuery) -> DbResult<bool> {
    let Some(prefix) = &query.id_prefix else {
        return Ok(false);
    };
    let sql = "SELECT count(*) FROM (SELECT 1 FROM jobs WHERE id >= $1 AND id <= $2 LIMIT $3::bigint + 1) few";
    let statement = client.prepare_cached(sql).await?;
    let (first, last) = (prefix.first_id().0, prefix.last_id().0);
    let row = client
        .query_one(&statement, &[&first, &last, &ID_LIMIT])
        .await?;
    let count: i64 = codec::get(&row, "count")?;
    Ok(count <= ID_LIMIT)
}

/// The table or index that a page scans.
pub(super) struct Scan {
    /// The definition of the table, if it is part of the query.
    pub(super) definition: String,
    pub(super) table: &'static str,
    pub(super) condition: String,
}

impl Scan {
    /// Returns the query for the numbers of the scanned jobs.
    pub(super) fn numbers(&self) -> String {
        format!("SELECT job FROM {} WHERE {}", self.table, self.condition)
    }
}

/// Selects the scan, starting at the cursor.
pub(super) fn scan(query: &JobQuery, has_indexed_ids: bool, values: &mut Values) -> Scan {
    let after = query.cursor.map_or_else(String::new, |cursor| {
        let sign = match query.order {
            SortOrder::Newest => "<",
            SortOrder::Oldest => ">",
        };
        let cursor = values.add(i64::try_from(cursor).unwrap_or(i64::MAX));
        format!(" AND job {sign} {cursor}")
    });
    let ids = query.id_prefix.as_ref().filter(|_| has_indexed_ids);
    let definition = ids.map(|prefix| {
        // The order selects the index of ids; the numbers that it finds are few.
        let range = between("id", prefix, values);
        format!("ids AS MATERIALIZED (SELECT id, job FROM jobs WHERE {range} ORDER BY id),")
    });
    let (table, condition) = if definition.is_some() {
        ("ids", suffix_condition("id", query, values))
    } else if let Some(fingerprint) = query.fingerprint {
        let fingerprint = values.add(codec::signed_fingerprint(fingerprint));
        (FAILED_JOBS, format!("fingerprint = {fingerprint}"))
    } else if let Some(tag) = query.tags.first() {
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
        definition: definition.unwrap_or_default(),
        table,
        condition: condition + &after,
    }
}
