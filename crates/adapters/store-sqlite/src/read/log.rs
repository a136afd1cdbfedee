use std::ops::ControlFlow;

use odd_contracts::JobId;
use odd_core::ports::{EventQuery, LogEntry, LogRecord, Position};
use rusqlite::{Connection, OptionalExtension, params};

use super::event::Decoder;
use crate::codec::{damaged, unreadable};
use crate::running::Running;
use crate::segment::{Entry, KIND_PRUNED, index_of, kind_code, parse};

/// Events that one page may look at.
const SCAN_LIMIT: usize = 20_000;

/// The same for the events of one job, each of which is looked up.
const CHAIN_LIMIT: usize = 1_000;

/// Entries handed over at a time while replaying.
const REPLAY_CHUNK: usize = 10_000;

fn row_number(position: Position) -> i64 {
    i64::try_from(position.0).unwrap_or(i64::MAX)
}

/// The number of the first event of a segment of `len` that ends with `last_seq`.
fn first_seq(last_seq: i64, len: usize) -> i64 {
    last_seq + 1 - i64::try_from(len).unwrap_or(0)
}

/// The newest position.
pub(crate) fn head(connection: &Connection) -> rusqlite::Result<Position> {
    let seq: Option<i64> = connection
        .prepare_cached("SELECT max(last_seq) FROM event_segments")?
        .query_row([], |r| r.get(0))?;
    Ok(Position(u64::try_from(seq.unwrap_or(0)).unwrap_or(0)))
}

/// Up to `limit` entries after `after`.
pub(crate) fn read_after(
    connection: &Connection,
    after: Position,
    limit: usize,
) -> rusqlite::Result<Vec<LogRecord>> {
    let tx = connection.unchecked_transaction()?;
    read_segments_after(&tx, after, limit)
}

fn read_segments_after(
    connection: &Connection,
    after: Position,
    limit: usize,
) -> rusqlite::Result<Vec<LogRecord>> {
    let after = row_number(after);
    let mut statement = connection.prepare_cached(
        "SELECT last_seq, at, events FROM event_segments WHERE last_seq > ?1 ORDER BY last_seq",
    )?;
    let mut rows = statement.query(params![after])?;
    let mut decoder = Decoder::new(connection);
    let mut found = Vec::new();
    while let Some(row) = rows.next()? {
        let (last, at): (i64, i64) = (row.get(0)?, row.get(1)?);
        let text = row.get_ref(2)?.as_str().map_err(|_| damaged(2, "events"))?;
        let entries = parse(text).map_err(unreadable)?;
        for (seq, entry) in (first_seq(last, entries.len())..).zip(&entries) {
            if found.len() == limit {
                return Ok(found);
            }
            if let Some(entry) = entry
                && seq > after
            {
                found.push(decoder.decode(seq, at, entry)?);
            }
        }
    }
    Ok(found)
}

/// Everything up to the present head, from one snapshot; pruning rows without their counts.
pub(crate) fn replay(
    connection: &Connection,
    each: &mut (dyn FnMut(Vec<LogRecord>) + Send),
) -> rusqlite::Result<Position> {
    let tx = connection.unchecked_transaction()?;
    let mut last = Position(0);
    loop {
        let mut chunk = read_segments_after(&tx, last, REPLAY_CHUNK)?;
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
    running: &Running,
) -> rusqlite::Result<(Vec<LogRecord>, Option<Position>)> {
    if let Some(job) = query.job_id {
        return job_page(connection, job, query, running);
    }
    let tx = connection.unchecked_transaction()?;
    let before = query.before.map_or(i64::MAX, row_number);
    let since = query.since.map_or(i64::MIN, |since| since.as_micros());
    let wanted = query.event_type.map(kind_code);
    // The segment that `before` stands in ends with `before` or later.
    let mut statement = tx.prepare_cached(
        "SELECT last_seq, at, events FROM event_segments WHERE last_seq <= \
         coalesce((SELECT last_seq FROM event_segments WHERE last_seq >= ?1 ORDER BY last_seq LIMIT 1), ?1) \
         ORDER BY last_seq DESC",
    )?;
    let mut rows = statement.query(params![before])?;
    let mut decoder = Decoder::new(&tx);
    let mut page = Vec::new();
    let (mut seen, mut oldest) = (0, before);
    let position = |seq: i64| Some(Position(u64::try_from(seq).unwrap_or(0)));
    while let Some(row) = rows.next()? {
        let (last, at): (i64, i64) = (row.get(0)?, row.get(1)?);
        if at < since {
            // Times never run backward in the log, so nothing older qualifies.
            return Ok((page, None));
        }
        let text = row.get_ref(2)?.as_str().map_err(|_| damaged(2, "events"))?;
        let entries = parse(text).map_err(unreadable)?;
        let newest_first = (0..=last).rev().zip(entries.iter().rev());
        for (seq, entry) in newest_first.skip_while(|(seq, _)| *seq >= before) {
            if page.len() == query.limit || seen == SCAN_LIMIT {
                return Ok((page, position(oldest)));
            }
            seen += 1;
            oldest = seq;
            if let Some(entry) = entry
                && entry.kind != KIND_PRUNED
                && wanted.is_none_or(|wanted| wanted == entry.kind)
            {
                page.push(decoder.decode(seq, at, entry)?);
            }
        }
    }
    Ok((page, None))
}

fn job_page(
    connection: &Connection,
    job: JobId,
    query: &EventQuery,
    running: &Running,
) -> rusqlite::Result<(Vec<LogRecord>, Option<Position>)> {
    let mut page = Vec::new();
    let mut seen = 0;
    let mut left = false;
    let mut oldest = None;
    follow_chain(connection, job, running, query.before, |recorded| {
        if page.len() == query.limit || seen == CHAIN_LIMIT {
            left = true;
            return ControlFlow::Break(());
        }
        seen += 1;
        oldest = Some(recorded.position);
        let is_shown = query
            .before
            .is_some_and(|before| recorded.position >= before);
        let LogEntry::Event(event) = &recorded.entry else {
            return ControlFlow::Continue(());
        };
        if query.since.is_some_and(|since| event.occurred_at < since) {
            // Times never run backward in the log, so nothing older qualifies.
            return ControlFlow::Break(());
        }
        let wanted = query.event_type;
        if !is_shown && wanted.is_none_or(|wanted| event.change.event_type() == wanted) {
            page.push(recorded);
        }
        ControlFlow::Continue(())
    })?;
    Ok((page, oldest.filter(|_| left)))
}

/// The events of one job in version order, at most `limit` of the newest.
pub(crate) fn history(
    connection: &Connection,
    job: JobId,
    running: &Running,
    limit: usize,
) -> rusqlite::Result<Vec<LogRecord>> {
    let mut events = Vec::new();
    follow_chain(connection, job, running, None, |recorded| {
        if events.len() == limit {
            return ControlFlow::Break(());
        }
        events.push(recorded);
        ControlFlow::Continue(())
    })?;
    events.reverse();
    Ok(events)
}

/// Shows the events of a job to `each`, from the newest back, as long as it asks for more. Begins before `before`, where
/// that is an event of the job.
fn follow_chain(
    connection: &Connection,
    id: JobId,
    running: &Running,
    before: Option<Position>,
    mut each: impl FnMut(LogRecord) -> ControlFlow<()>,
) -> rusqlite::Result<()> {
    let held = running.get(id);
    let tx = connection.unchecked_transaction()?;
    let found: Option<(i64, i64)> = tx
        .prepare_cached("SELECT job, last_seq FROM jobs WHERE id = ?1")?
        .query_row(params![id.0], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((job, newest)) = found else {
        return Ok(());
    };
    // The row of a running job may lag behind.
    let newest = held.map_or(newest, |held| newest.max(held.row.last_seq));
    let before = before.map_or(i64::MAX, row_number);
    // A page goes on from an event of the job.
    let shown = find_entry(&tx, before, |_, entry| Ok((entry.job, entry.prev)))?;
    let mut next = match shown {
        Some((owner, prev)) if owner == job => prev,
        _ => Some(newest),
    };
    let mut decoder = Decoder::new(&tx);
    while let Some(seq) = next {
        let (recorded, prev) = with_entry(&tx, seq, |at, entry| {
            Ok((decoder.decode(seq, at, entry)?, entry.prev))
        })?;
        next = prev;
        if each(recorded).is_break() {
            break;
        }
    }
    Ok(())
}

/// Reads the entry of event `seq` with the time of its segment.
pub(super) fn with_entry<T>(
    connection: &Connection,
    seq: i64,
    read: impl FnOnce(i64, &Entry<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    find_entry(connection, seq, read)?.ok_or_else(|| damaged(2, "gap in the events"))
}

/// The same; nothing, where there is no such event.
fn find_entry<T>(
    connection: &Connection,
    seq: i64,
    read: impl FnOnce(i64, &Entry<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Option<T>> {
    let mut statement = connection.prepare_cached(
        "SELECT last_seq, at, events FROM event_segments WHERE last_seq >= ?1 ORDER BY last_seq LIMIT 1",
    )?;
    let mut rows = statement.query(params![seq])?;
    let Some(row) = rows.next()? else {
        return Ok(None);
    };
    let text = row.get_ref(2)?.as_str().map_err(|_| damaged(2, "events"))?;
    let entries = parse(text).map_err(unreadable)?;
    let index = index_of(seq, row.get(0)?, entries.len());
    let entry = index.and_then(|index| entries[index].as_ref());
    let at = row.get(1)?;
    entry.map(|entry| read(at, entry)).transpose()
}
