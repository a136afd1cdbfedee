use odd_contracts::LogLine;
use odd_core::ports::{AttemptLogPage, AttemptLogQuery, SortOrder};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;

use crate::codec;
use crate::error::DbResult;
use crate::shared::Shared;

const ATTEMPT: &str = "SELECT j.attempt FROM jobs j WHERE j.id = $1";

const OLDEST_FIRST: &str = "\
SELECT l.line_no, l.at, l.stream, l.line FROM job_logs l JOIN jobs j USING (job) \
WHERE j.id = $1 AND l.attempt = $2 AND l.line_no > $3 ORDER BY l.line_no LIMIT $4";

const NEWEST_FIRST: &str = "\
SELECT l.line_no, l.at, l.stream, l.line FROM job_logs l JOIN jobs j USING (job) \
WHERE j.id = $1 AND l.attempt = $2 AND l.line_no < $3 ORDER BY l.line_no DESC LIMIT $4";

/// Returns a page of the log of one attempt, or `None` if the job or the attempt does not exist.
pub(crate) async fn attempt_log(
    shared: &Shared,
    query: AttemptLogQuery,
) -> DbResult<Option<AttemptLogPage>> {
    // Columns are signed: no attempt and no line has a larger number.
    let Ok(attempt) = i32::try_from(query.attempt) else {
        return Ok(None);
    };
    let cursor = query.cursor.map(codec::signed);
    let (lines, start) = match query.order {
        SortOrder::Oldest => (OLDEST_FIRST, cursor.unwrap_or(0)),
        SortOrder::Newest => (NEWEST_FIRST, cursor.unwrap_or(i32::MAX)),
    };
    let limit = i64::try_from(query.limit).unwrap_or(i64::MAX - 1);
    let client = shared.readers.get().await?;
    let (job, lines) = (
        client.prepare_cached(ATTEMPT).await?,
        client.prepare_cached(lines).await?,
    );
    let id: [&(dyn ToSql + Sync); 1] = [&query.job_id.0];
    let page: [&(dyn ToSql + Sync); 4] = [&query.job_id.0, &attempt, &start, &(limit + 1)];
    let (job, rows) = tokio::try_join!(client.query_opt(&job, &id), client.query(&lines, &page))?;
    let last_attempt: u32 = match job {
        None => return Ok(None),
        Some(row) => codec::number(&row, "attempt")?,
    };
    if query.attempt == 0 || query.attempt > last_attempt {
        return Ok(None);
    }
    read_page(&rows, query.limit).map(Some)
}

/// `rows` has one row more than the page if there is another page.
fn read_page(rows: &[Row], limit: usize) -> DbResult<AttemptLogPage> {
    let page = &rows[..rows.len().min(limit)];
    let last = page.last().map(|row| codec::number(row, "line_no"));
    Ok(AttemptLogPage {
        lines: page.iter().map(read_line).collect::<DbResult<_>>()?,
        next: last.transpose()?.filter(|_| rows.len() > limit),
    })
}

fn read_line(row: &Row) -> DbResult<LogLine> {
    Ok(LogLine {
        at: codec::time(row, "at")?,
        stream: codec::stream(row, "stream")?,
        line: codec::get(row, "line")?,
    })
}
