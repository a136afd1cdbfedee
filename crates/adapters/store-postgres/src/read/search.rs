use odd_contracts::Job;
use odd_core::ports::{JobPage, JobQuery, SEARCHED_BYTES_LIMIT, SortOrder};
use odd_core::{TextSearch, WallOffset};
use tokio_postgres::Row;

use super::job::{COLUMNS, read_job};
use super::list_filter::filter;
use super::list_scan::{FAILED_JOBS, has_indexed_ids, scan};
use super::values::Values;
use crate::codec;
use crate::error::DbResult;
use crate::shared::Shared;

/// Most rows that one page of a search reads. A page that reaches this limit is short and has a cursor.
const SEARCH_LIMIT: usize = 2_500;

/// Rows that are in memory at the same time: each may have a payload of a mebibyte.
const ROWS_AT_A_TIME: i32 = 32;

/// Returns a page of the jobs that contain texts, by keyset.
///
/// The scan is that of a list. The server checks every condition but the texts, which are compared here, as in every other store.
pub(super) async fn search(shared: &Shared, query: &JobQuery) -> DbResult<JobPage> {
    let texts = TextSearch::new(&query.texts, &query.not_texts);
    let mut values = Values::default();
    let mut client = shared.readers.get().await?;
    let has_indexed_ids = has_indexed_ids(&client, query).await?;
    let scan = scan(query, has_indexed_ids, &mut values);
    let has_fingerprint = scan.table == FAILED_JOBS;
    let filter = filter(query, has_indexed_ids, has_fingerprint, &mut values);
    let direction = match query.order {
        SortOrder::Newest => "DESC",
        SortOrder::Oldest => "ASC",
    };
    let definition = match scan.definition.trim_end_matches(',') {
        "" => String::new(),
        definition => format!("WITH {definition} "),
    };
    // One more than the limit tells whether the scan has reached the end.
    let sql = format!(
        "{definition}SELECT {COLUMNS}, s.job AS number, coalesce({filter}, false) AS wanted, \
         CASE WHEN {filter} THEN j.payload END AS searched \
         FROM ({} ORDER BY job {direction} LIMIT {SEARCH_LIMIT} + 1) s LEFT JOIN jobs j ON j.job = s.job \
         ORDER BY s.job {direction}",
        scan.numbers()
    );
    let transaction = client.transaction().await?;
    let statement = transaction.prepare(&sql).await?;
    let portal = transaction.bind(&statement, &values.params()).await?;
    let mut found = Found::new(query.limit);
    let offset = shared.server_time.now().offset();
    'pages: loop {
        let rows = transaction.query_portal(&portal, ROWS_AT_A_TIME).await?;
        for row in &rows {
            if found.is_at_bound() {
                break 'pages;
            }
            found.read(row, &texts, offset)?;
        }
        if rows.len() < ROWS_AT_A_TIME as usize {
            found.last = None;
            break;
        }
    }
    drop(portal);
    transaction.commit().await?;
    Ok(found.into_page())
}

/// What a search has found so far.
struct Found {
    limit: usize,
    jobs: Vec<Job>,
    rows: usize,
    bytes: usize,
    /// The number of the last job that was read.
    last: Option<i64>,
}

impl Found {
    fn new(limit: usize) -> Self {
        Self {
            limit,
            jobs: Vec::new(),
            rows: 0,
            bytes: 0,
            last: None,
        }
    }

    fn is_full(&self) -> bool {
        self.jobs.len() == self.limit
    }

    fn is_at_bound(&self) -> bool {
        self.is_full() || self.rows == SEARCH_LIMIT || self.bytes >= SEARCHED_BYTES_LIMIT
    }

    fn read(&mut self, row: &Row, texts: &TextSearch, offset: WallOffset) -> DbResult<()> {
        self.rows += 1;
        self.last = Some(codec::get(row, "number")?);
        if !codec::get::<bool, _>(row, "wanted")? {
            return Ok(());
        }
        let payload: Option<&str> = codec::get(row, "searched")?;
        self.bytes += payload.map_or(0, str::len);
        let job = read_job(row, offset)?;
        if texts.admits(&job, payload) {
            self.jobs.push(job);
        }
        Ok(())
    }

    fn into_page(self) -> JobPage {
        let is_full = self.is_full();
        let next = self.last.and_then(|last| u64::try_from(last).ok());
        JobPage {
            stopped_at_bound: next.is_some() && !is_full,
            jobs: self.jobs,
            next,
        }
    }
}
