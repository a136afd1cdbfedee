use std::sync::LazyLock;

use odd_contracts::{JobId, Timestamp};
use odd_core::ports::{EventQuery, LogEntry, LogRecord, Position};

use super::log_rows::{COLUMNS, EventFilter, decode};
use crate::codec;
use crate::error::DbResult;
use crate::shared::Shared;

/// Most events that one page reads, and most events of one of its queries.
const PAGE_EVENTS: i64 = 50_000;
const LARGEST_STEP: i64 = 5_000;

/// How much the times of neighbouring commits may be out of order, because a commit gets its time before its position.
const DISORDER_MS: u64 = 60_000;

/// 0001-01-01T00:00:00Z.
const EARLIEST: Timestamp = Timestamp::from_micros(-62_135_596_800_000_000);

/// The rows that may contain events of a job.
static HISTORY: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {COLUMNS} FROM jobs j CROSS JOIN LATERAL unnest( \
             j.commits || ARRAY(SELECT o.commit_id FROM job_commits o WHERE o.job = j.job)) AS u (commit_id) \
         JOIN commit_events e ON e.commit_id = u.commit_id AND e.occurred_at >= j.created_at \
             AND strpos(e.events::text, j.id::text) > 0 \
         JOIN event_commits c ON c.commit_id = e.commit_id \
         WHERE j.id = $1 ORDER BY c.last_position, e.first"
    )
});

/// The commits before both positions and the one that contains `$1`, newest first, until they have `$3` events.
const COMMITS_BEFORE: &str = "\
SELECT last_position, event_count, committed_at FROM ( \
    SELECT *, sum(event_count) OVER (ORDER BY last_position DESC) - event_count AS newer FROM ( \
        SELECT last_position, event_count, committed_at FROM event_commits \
        WHERE last_position < $2 AND last_position <= coalesce( \
            (SELECT min(last_position) FROM event_commits WHERE last_position >= $1::bigint - 1), $1::bigint) \
        ORDER BY last_position DESC LIMIT $3) c) s \
WHERE newer < $3 ORDER BY last_position DESC";

static EVENTS_BETWEEN: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {COLUMNS} FROM event_commits c \
         JOIN commit_events e ON e.commit_id = c.commit_id AND e.occurred_at = c.committed_at \
         WHERE c.last_position >= $1 AND c.last_position <= $2 AND c.pruned IS NULL \
         AND c.last_position - c.event_count + 1 + e.first < $3 \
         ORDER BY c.last_position, e.first"
    )
});

/// Returns the events of one job in version order, at most `limit`.
pub(crate) async fn history(shared: &Shared, job: JobId, limit: usize) -> DbResult<Vec<LogRecord>> {
    let client = shared.readers.get().await?;
    let statement = client.prepare_cached(&HISTORY).await?;
    let rows = client.query(&statement, &[&job.0]).await?;
    let filter = EventFilter {
        after: 0,
        job: Some(job),
        limit,
    };
    let mut entries = decode(shared, &**client, &rows, &filter).await?;
    entries.truncate(limit);
    Ok(entries)
}

/// Returns a page of events, newest first, and the position where the next page starts.
pub(crate) async fn query(
    shared: &Shared,
    query: &EventQuery,
) -> DbResult<(Vec<LogRecord>, Option<Position>)> {
    match query.job_id {
        Some(job) => job_page(shared, job, query).await,
        None => page(shared, query).await,
    }
}

async fn job_page(
    shared: &Shared,
    job: JobId,
    query: &EventQuery,
) -> DbResult<(Vec<LogRecord>, Option<Position>)> {
    let mut entries = history(shared, job, usize::MAX).await?;
    entries.retain(|entry| matches(query, entry));
    entries.reverse();
    Ok(cut(entries, query.limit))
}

/// Cuts entries to a page. Returns its last position if more entries follow.
fn cut(mut entries: Vec<LogRecord>, limit: usize) -> (Vec<LogRecord>, Option<Position>) {
    let has_more = entries.len() > limit;
    entries.truncate(limit);
    let last = entries.last().map(|entry| entry.position);
    (entries, last.filter(|_| has_more))
}

fn matches(query: &EventQuery, record: &LogRecord) -> bool {
    let LogEntry::Event(event) = &record.entry else {
        return false;
    };
    let is_type = |kind| event.change.event_type() == kind;
    query.before.is_none_or(|before| record.position < before)
        && query.event_type.is_none_or(is_type)
        && query.since.is_none_or(|since| event.occurred_at >= since)
}

/// Reads commits from the newest backwards, in steps, until the page is full or the limit of events is reached.
async fn page(shared: &Shared, query: &EventQuery) -> DbResult<(Vec<LogRecord>, Option<Position>)> {
    let client = shared.readers.get().await?;
    let commits_before = client.prepare_cached(COMMITS_BEFORE).await?;
    let events_between = client.prepare_cached(&EVENTS_BETWEEN).await?;
    let before = query.before.map_or(i64::MAX, codec::signed_position);
    let earliest = query.since.unwrap_or(EARLIEST).minus_millis(DISORDER_MS);
    let mut page: Vec<LogRecord> = Vec::new();
    let mut below = i64::MAX;
    let mut seen = 0;
    let mut step = i64::try_from(query.limit + 1).unwrap_or(LARGEST_STEP);
    loop {
        step = step.min(LARGEST_STEP);
        let commits = client
            .query(&commits_before, &[&before, &below, &step])
            .await?;
        let (Some(newest), Some(oldest)) = (commits.first(), commits.last()) else {
            return Ok((page, None));
        };
        let (from, to): (i64, i64) = (codec::get(oldest, 0)?, codec::get(newest, 0)?);
        let rows = client
            .query(&events_between, &[&from, &to, &before])
            .await?;
        let filter = EventFilter {
            after: 0,
            job: None,
            limit: usize::MAX,
        };
        let mut entries = decode(shared, &**client, &rows, &filter).await?;
        entries.retain(|entry| matches(query, entry));
        page.extend(entries.into_iter().rev());
        if page.len() > query.limit {
            return Ok(cut(page, query.limit));
        }
        if codec::time(oldest, "committed_at")? < earliest {
            return Ok((page, None));
        }
        for commit in &commits {
            seen += i64::from(codec::get::<i32, _>(commit, "event_count")?);
        }
        if seen >= PAGE_EVENTS {
            let first = from + 1 - i64::from(codec::get::<i32, _>(oldest, "event_count")?);
            return Ok((page, Some(codec::position(first))));
        }
        below = from;
        step *= 4;
    }
}
