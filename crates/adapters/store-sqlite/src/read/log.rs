use std::ops::ControlFlow;

use odd_contracts::JobId;
use odd_core::ports::{EventQuery, LogEntry, LogRecord, Position};
use rusqlite::{Connection, OptionalExtension, params};

use super::event::Decoder;
use crate::codec::{damaged, unreadable};
use crate::running::PublishedAttempts;
use crate::segment::{Entry, KIND_PRUNED, index_of, kind_code, parse};

/// Events that one page reads at most.
const SCAN_LIMIT: usize = 20_000;

/// Segments before the earliest time of a query that are skipped before it ends.
const OLDER_SEGMENTS: usize = 1_000;

/// Events of one job that one page reads at most. Each costs a query.
const CHAIN_LIMIT: usize = 1_000;

/// Entries that a replay passes to its caller at a time.
const REPLAY_CHUNK: usize = 10_000;

fn row_number(position: Position) -> i64 {
    i64::try_from(position.0).unwrap_or(i64::MAX)
}

/// Returns the sequence number of the first event of a segment of `len` events that ends with `last_seq`.
fn first_seq(last_seq: i64, len: usize) -> i64 {
    last_seq + 1 - i64::try_from(len).unwrap_or(0)
}

/// Returns the newest position.
pub(crate) fn head(connection: &Connection) -> rusqlite::Result<Position> {
    let seq: Option<i64> = connection
        .prepare_cached("SELECT max(last_seq) FROM event_segments")?
        .query_row([], |r| r.get(0))?;
    Ok(Position(u64::try_from(seq.unwrap_or(0)).unwrap_or(0)))
}

/// Returns up to `limit` entries after `after`.
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

/// Passes all entries up to the current head to `each`, from one snapshot. Pruned entries have no counts: the jobs that
/// they count are not in the log any more.
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
        for record in &mut chunk {
            if let LogEntry::Pruned { count, .. } = &mut record.entry {
                *count = 0;
            }
        }
        each(chunk);
    }
}

/// Returns a page of events, newest first, and the cursor of the next page.
pub(crate) fn query(
    connection: &Connection,
    query: &EventQuery,
    running: &PublishedAttempts,
) -> rusqlite::Result<(Vec<LogRecord>, Option<Position>)> {
    if let Some(job) = query.job_id {
        return job_page(connection, job, query, running);
    }
    let tx = connection.unchecked_transaction()?;
    let before = query.before.map_or(i64::MAX, row_number);
    let since = query.since.map_or(i64::MIN, |since| since.as_micros());
    let kind = query.event_type.map(kind_code);
    // The segment that contains `before` ends with `before` or later.
    let mut statement = tx.prepare_cached(
        "SELECT last_seq, at, events FROM event_segments WHERE last_seq <= \
         coalesce((SELECT last_seq FROM event_segments WHERE last_seq >= ?1 ORDER BY last_seq LIMIT 1), ?1) \
         ORDER BY last_seq DESC",
    )?;
    let mut rows = statement.query(params![before])?;
    let mut decoder = Decoder::new(&tx);
    let mut page = Vec::new();
    let (mut seen, mut oldest, mut older) = (0, before, 0);
    let position = |seq: i64| Some(Position(u64::try_from(seq).unwrap_or(0)));
    while let Some(row) = rows.next()? {
        let (last, at): (i64, i64) = (row.get(0)?, row.get(1)?);
        if at < since {
            // Older events qualify only if the clock was set back in between.
            older += 1;
            if older == OLDER_SEGMENTS {
                return Ok((page, None));
            }
            continue;
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
                && kind.is_none_or(|kind| kind == entry.kind)
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
    running: &PublishedAttempts,
) -> rusqlite::Result<(Vec<LogRecord>, Option<Position>)> {
    let mut page = Vec::new();
    let mut seen = 0;
    let mut has_more = false;
    let mut oldest = None;
    follow_chain(connection, job, running, query.before, |record| {
        if page.len() == query.limit || seen == CHAIN_LIMIT {
            has_more = true;
            return ControlFlow::Break(());
        }
        seen += 1;
        oldest = Some(record.position);
        let is_shown = query.before.is_some_and(|before| record.position >= before);
        let LogEntry::Event(event) = &record.entry else {
            return ControlFlow::Continue(());
        };
        if query.since.is_some_and(|since| event.occurred_at < since) {
            // Times in the log never decrease, so no older event qualifies.
            return ControlFlow::Break(());
        }
        let event_type = query.event_type;
        let is_wanted = event_type.is_none_or(|event_type| event.change.event_type() == event_type);
        if !is_shown && is_wanted {
            page.push(record);
        }
        ControlFlow::Continue(())
    })?;
    Ok((page, oldest.filter(|_| has_more)))
}

/// Returns up to `limit` of the newest events of a job, in version order.
pub(crate) fn history(
    connection: &Connection,
    job: JobId,
    running: &PublishedAttempts,
    limit: usize,
) -> rusqlite::Result<Vec<LogRecord>> {
    let mut events = Vec::new();
    follow_chain(connection, job, running, None, |record| {
        if events.len() == limit {
            return ControlFlow::Break(());
        }
        events.push(record);
        ControlFlow::Continue(())
    })?;
    events.reverse();
    Ok(events)
}

/// Passes the events of a job to `each`, newest first, until it breaks. Starts before `before` if that is an event of the
/// job.
fn follow_chain(
    connection: &Connection,
    id: JobId,
    running: &PublishedAttempts,
    before: Option<Position>,
    mut each: impl FnMut(LogRecord) -> ControlFlow<()>,
) -> rusqlite::Result<()> {
    let attempt = running.get(id);
    let tx = connection.unchecked_transaction()?;
    let found: Option<(i64, i64)> = tx
        .prepare_cached("SELECT job, last_seq FROM jobs WHERE id = ?1")?
        .query_row(params![id.0], |row| Ok((row.get(0)?, row.get(1)?)))
        .optional()?;
    let Some((job, newest)) = found else {
        return Ok(());
    };
    // The row of a running job may be older.
    let newest = attempt.map_or(newest, |attempt| newest.max(attempt.row.last_seq));
    let before = before.map_or(i64::MAX, row_number);
    // The cursor of a page is an event of the job.
    let shown = find_entry(&tx, before, |_, entry| Ok((entry.job, entry.prev)))?;
    let mut next = match shown {
        Some((owner, prev)) if owner == job => prev,
        _ => Some(newest),
    };
    let mut decoder = Decoder::new(&tx);
    while let Some(seq) = next {
        let (record, prev) = with_entry(&tx, seq, |at, entry| {
            Ok((decoder.decode(seq, at, entry)?, entry.prev))
        })?;
        next = prev;
        if each(record).is_break() {
            break;
        }
    }
    Ok(())
}

/// Reads the entry of event `seq`. `read` gets the time of its segment.
pub(super) fn with_entry<T>(
    connection: &Connection,
    seq: i64,
    read: impl FnOnce(i64, &Entry<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<T> {
    find_entry(connection, seq, read)?.ok_or_else(|| damaged(2, "gap in the events"))
}

/// Like [`with_entry`], but returns nothing if there is no such event.
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
