use super::job::{COLUMNS, read_job};
use super::list_filter::filter;
use super::list_scan::{FAILED_JOBS, has_indexed_ids, scan};
use super::search::search;
use super::values::Values;
use crate::codec;
use crate::error::DbResult;
use crate::shared::Shared;
use odd_core::ports::{JobPage, JobQuery, SortOrder};

/// Most rows that one page reads. A page that reaches this limit is short and has a cursor.
const SCAN_LIMIT: i64 = 5_000;

/// Returns a page of jobs by keyset. The cursor is the number of the job where the previous page ended.
///
/// The query scans jobs in the order of their numbers, along the primary key or an index of one status, one fingerprint, one tag, the
/// dead letters or a range of ids, until the page is full. It checks the other conditions for each row. An additional row contains where
/// the scan of a short page ended.
pub(crate) async fn jobs(shared: &Shared, query: &JobQuery) -> DbResult<JobPage> {
    if !(query.texts.is_empty() && query.not_texts.is_empty()) {
        return search(shared, query).await;
    }
    let mut values = Values::default();
    let client = shared.readers.get().await?;
    let has_indexed_ids = has_indexed_ids(&client, query).await?;
    let scan = scan(query, has_indexed_ids, &mut values);
    let has_fingerprint = scan.table == FAILED_JOBS;
    let filter = filter(query, has_indexed_ids, has_fingerprint, &mut values);
    let limit = values.add(codec::row_limit(query.limit));
    let scan_limit = SCAN_LIMIT;
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
        "WITH {} found AS MATERIALIZED ( \
             SELECT {COLUMNS} FROM {rows} WHERE {filter} ORDER BY j.job {direction} LIMIT {limit}::bigint + 1) \
         SELECT f.*, s.scanned, s.last FROM ( \
             SELECT count(*) AS scanned, {last}(job) AS last FROM ({numbers} {order}) seen \
             WHERE (SELECT count(*) FROM found) <= {limit}::bigint) s \
         LEFT JOIN found f ON true ORDER BY f.job {direction}",
        scan.definition
    );
    let statement = match has_few_texts(query) {
        true => client.prepare_cached(&sql).await?,
        false => client.prepare(&sql).await?,
    };
    let rows = client.query(&statement, &values.params()).await?;
    let mut page = JobPage {
        jobs: Vec::new(),
        next: None,
        stopped_at_bound: false,
    };
    let mut numbers = Vec::new();
    let offset = shared.server_time.now().offset();
    for row in &rows {
        if let Some(number) = codec::get::<Option<i64>, _>(row, "job")? {
            numbers.push(number);
            page.jobs.push(read_job(row, offset)?);
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
        page.stopped_at_bound = page.next.is_some();
    }
    Ok(page)
}

/// Returns `true` for the listings that are frequent, such as those of a view that refreshes itself, and have few different SQL texts.
/// A connection keeps each text that it caches, in this process and on the server. The other conditions can be combined in
/// thousands of ways, which clients choose.
fn has_few_texts(query: &JobQuery) -> bool {
    let JobQuery {
        statuses: _,
        dead_letters: _,
        job_type: _,
        queue: _,
        cursor: _,
        order: _,
        limit: _,
        not_types,
        not_queues,
        tags,
        not_tags,
        texts,
        not_texts,
        id_prefix,
        id_suffix,
        fingerprint: _,
        since,
        until,
    } = query;
    let lists = [
        not_types.len(),
        not_queues.len(),
        tags.len(),
        not_tags.len(),
    ];
    lists.iter().all(|length| *length == 0)
        && texts.is_empty()
        && not_texts.is_empty()
        && id_prefix.is_none()
        && id_suffix.is_none()
        && since.is_none()
        && until.is_none()
}

#[cfg(test)]
mod tests {
    use odd_contracts::JobStatus;

    use super::*;

    #[test]
    fn statements_whose_text_clients_choose_are_not_kept() {
        let frequent = JobQuery {
            statuses: vec![JobStatus::Failed],
            queue: Some("mail".parse().expect("a name")),
            cursor: Some(7),
            order: SortOrder::Oldest,
            ..JobQuery::default()
        };
        assert!(has_few_texts(&JobQuery::default()) && has_few_texts(&frequent));
        for rare in [
            JobQuery {
                tags: vec!["a".to_owned()],
                ..frequent.clone()
            },
            JobQuery {
                not_texts: vec!["a".to_owned()],
                ..JobQuery::default()
            },
            JobQuery {
                id_suffix: Some("7c11".parse().expect("digits")),
                ..JobQuery::default()
            },
        ] {
            assert!(!has_few_texts(&rare), "{rare:?}");
        }
    }
}
