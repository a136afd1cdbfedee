use odd_contracts::JobId;
use odd_core::ports::{EventQuery, LogEntry, Position, Recorded};
use rusqlite::{Connection, OptionalExtension, params};

use crate::codec::{EVENT_COLUMNS, EVENT_JOINS, KIND_PRUNED, kind_code, read_event};

/// Rows that one page of events may look at.
const SCAN_LIMIT: usize = 20_000;

/// Entries handed over at a time while replaying.
const REPLAY_CHUNK: usize = 10_000;

fn row_number(position: Position) -> i64 {
    i64::try_from(position.0).unwrap_or(i64::MAX)
}

/// The newest position.
pub(crate) fn head(connection: &Connection) -> rusqlite::Result<Position> {
    let seq: Option<i64> = connection
        .prepare_cached("SELECT max(seq) FROM job_events")?
        .query_row([], |r| r.get(0))?;
    Ok(Position(u64::try_from(seq.unwrap_or(0)).unwrap_or(0)))
}

/// Up to `limit` entries after `after`.
pub(crate) fn read_after(
    connection: &Connection,
    after: Position,
    limit: usize,
) -> rusqlite::Result<Vec<Recorded>> {
    let sql = format!(
        "SELECT {EVENT_COLUMNS} FROM job_events e {EVENT_JOINS} WHERE e.seq > ?1 ORDER BY e.seq LIMIT ?2"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    statement
        .query_map(params![row_number(after), limit], read_event)?
        .collect()
}

/// Everything up to the present head, from one snapshot; pruning rows without their counts.
pub(crate) fn replay(
    connection: &Connection,
    each: &mut (dyn FnMut(Vec<Recorded>) + Send),
) -> rusqlite::Result<Position> {
    let tx = connection.unchecked_transaction()?;
    let mut last = Position(0);
    loop {
        let mut chunk = read_after(&tx, last, REPLAY_CHUNK)?;
        let Some(newest) = chunk.last() else {
            return Ok(last);
        };
        last = newest.position;
        for recorded in &mut chunk {
            if let LogEntry::Pruned { count, .. } = &mut recorded.entry {
                *count = 0;
            }
        }
        each(chunk);
    }
}

/// A page of events, newest first, and where to go on.
pub(crate) fn query(
    connection: &Connection,
    query: &EventQuery,
) -> rusqlite::Result<(Vec<Recorded>, Option<Position>)> {
    if let Some(job) = query.job_id {
        return job_page(connection, job, query);
    }
    let before = query.before.map_or(i64::MAX, row_number);
    let since = query.since.map_or(i64::MIN, |since| since.as_micros());
    let sql = format!(
        "SELECT {EVENT_COLUMNS} FROM job_events e {EVENT_JOINS} WHERE e.seq < ?1 ORDER BY e.seq DESC LIMIT {SCAN_LIMIT}"
    );
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(params![before])?;
    let wanted = query.event_type.map(kind_code);
    let mut page = Vec::new();
    let (mut seen, mut last) = (0, Position(0));
    while let Some(row) = rows.next()? {
        if page.len() == query.limit {
            return Ok((page, Some(last)));
        }
        seen += 1;
        let kind: i64 = row.get(2)?;
        let at: i64 = row.get(5)?;
        last = Position(u64::try_from(row.get::<_, i64>(0)?).unwrap_or(0));
        if at < since {
            // Times never run backward in the log, so nothing older qualifies.
            return Ok((page, None));
        }
        if kind != KIND_PRUNED && wanted.is_none_or(|wanted| wanted == kind) {
            page.push(read_event(row)?);
        }
    }
    Ok((page, (seen == SCAN_LIMIT).then_some(last)))
}

fn job_page(
    connection: &Connection,
    job: JobId,
    query: &EventQuery,
) -> rusqlite::Result<(Vec<Recorded>, Option<Position>)> {
    let newest_first = chain(connection, job, SCAN_LIMIT)?.into_iter();
    let mut page: Vec<Recorded> = newest_first
        .filter(|recorded| query.before.is_none_or(|before| recorded.position < before))
        .filter(|recorded| match &recorded.entry {
            LogEntry::Event(event) => {
                query.since.is_none_or(|since| event.occurred_at >= since)
                    && query
                        .event_type
                        .is_none_or(|wanted| event.change.event_type() == wanted)
            }
            LogEntry::Pruned { .. } => false,
        })
        .take(query.limit + 1)
        .collect();
    let has_more = page.len() > query.limit;
    page.truncate(query.limit);
    let next = page
        .last()
        .filter(|_| has_more)
        .map(|recorded| recorded.position);
    Ok((page, next))
}

/// The events of one job in version order, at most `limit` of the newest.
pub(crate) fn history(
    connection: &Connection,
    job: JobId,
    limit: usize,
) -> rusqlite::Result<Vec<Recorded>> {
    let mut events = chain(connection, job, limit)?;
    events.reverse();
    Ok(events)
}

/// Follows the chain of a job's events from the newest back.
fn chain(connection: &Connection, job: JobId, limit: usize) -> rusqlite::Result<Vec<Recorded>> {
    let tx = connection.unchecked_transaction()?;
    let mut next: Option<i64> = tx
        .prepare_cached("SELECT last_seq FROM jobs WHERE id = ?1")?
        .query_row(params![job.0], |row| row.get(0))
        .optional()?;
    let sql =
        format!("SELECT {EVENT_COLUMNS}, e.prev FROM job_events e {EVENT_JOINS} WHERE e.seq = ?1");
    let mut statement = tx.prepare_cached(&sql)?;
    let mut events = Vec::new();
    while let Some(seq) = next
        && events.len() < limit
    {
        let (event, prev) = statement.query_row(params![seq], |row| {
            Ok((read_event(row)?, row.get::<_, Option<i64>>("prev")?))
        })?;
        events.push(event);
        next = prev;
    }
    Ok(events)
}
