use odd_contracts::LogLine;
use odd_core::ports::{AttemptLogPage, AttemptLogQuery, SortOrder};
use rusqlite::{Connection, OptionalExtension, Row, params};

use crate::codec::{get_stream, get_time};
use crate::running::PublishedAttempts;

const OLDEST_FIRST: &str = "SELECT line_no, at, stream, line FROM job_logs \
     WHERE job = ?1 AND attempt = ?2 AND line_no > ?3 ORDER BY line_no LIMIT ?4";

const NEWEST_FIRST: &str = "SELECT line_no, at, stream, line FROM job_logs \
     WHERE job = ?1 AND attempt = ?2 AND line_no < ?3 ORDER BY line_no DESC LIMIT ?4";

/// Returns the number of log lines of an attempt: they are numbered from 1 without gaps.
pub(super) fn log_lines(
    connection: &Connection,
    row_number: i64,
    attempt: u32,
) -> rusqlite::Result<u32> {
    connection
        .prepare_cached(
            "SELECT coalesce(max(line_no), 0) FROM job_logs WHERE job = ?1 AND attempt = ?2",
        )?
        .query_row(params![row_number, attempt], |row| row.get(0))
}

/// Returns a page of the log of one attempt, or `None` if the job or the attempt does not exist.
pub(crate) fn attempt_log(
    connection: &Connection,
    query: &AttemptLogQuery,
    running: &PublishedAttempts,
) -> rusqlite::Result<Option<AttemptLogPage>> {
    // Asked before the file is read: the row of a running job lags behind, and is up to date once the attempt has ended.
    let current = running
        .get(query.job_id)
        .map_or(0, |attempt| attempt.row.state.attempt);
    let tx = connection.unchecked_transaction()?;
    let found = tx
        .prepare_cached("SELECT job, attempt FROM jobs WHERE id = ?1")?
        .query_row(params![query.job_id.0], |row| {
            Ok((row.get::<_, i64>(0)?, row.get::<_, u32>(1)?))
        })
        .optional()?;
    let Some((row_number, stored)) = found else {
        return Ok(None);
    };
    if query.attempt == 0 || query.attempt > stored.max(current) {
        return Ok(None);
    }
    let (sql, start) = match query.order {
        SortOrder::Oldest => (OLDEST_FIRST, i64::from(query.cursor.unwrap_or(0))),
        SortOrder::Newest => (NEWEST_FIRST, query.cursor.map_or(i64::MAX, i64::from)),
    };
    let mut statement = tx.prepare_cached(sql)?;
    let parameters = params![row_number, query.attempt, start, query.limit + 1];
    let lines = statement.query_map(parameters, read_line)?;
    let mut lines = lines.collect::<rusqlite::Result<Vec<_>>>()?;
    let has_more = lines.len() > query.limit;
    lines.truncate(query.limit);
    let last = lines.last().map(|(line_no, _)| *line_no);
    Ok(Some(AttemptLogPage {
        lines: lines.into_iter().map(|(_, line)| line).collect(),
        next: last.filter(|_| has_more),
    }))
}

fn read_line(row: &Row<'_>) -> rusqlite::Result<(u32, LogLine)> {
    let line = LogLine {
        at: get_time(row, 1)?,
        stream: get_stream(row, 2)?,
        line: row.get(3)?,
    };
    Ok((row.get(0)?, line))
}
