use std::sync::LazyLock;

use odd_contracts::{JobId, Timestamp};
use odd_core::ports::{EventQuery, LogEntry, LogRecord, Position};

use super::log_rows::{COLUMNS, Wanted, decode};
use super::{number, position};
use crate::codec;
use crate::error::DbResult;
use crate::shared::Shared;

/// Events that one page may look at, and those of one query of it.
const PAGE_EVENTS: i64 = 50_000;
const LARGEST_STEP: i64 = 5_000;

/// How much the times of neighbouring commits may be out of order: each is taken before its place in the log is.
const DISORDER_MS: u64 = 60_000;

/// 0001-01-01, about where PostgreSQL's own range would do as well.
const EARLIEST: Timestamp = Timestamp::from_micros(-62_135_596_800_000_000);

/// The rows that say something of a job.
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

/// The commits before two positions, newest first, and the one that the first stands in, as far as they come to `$3`
/// events.
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

/// All events of one job in version order, at most `limit`.
pub(crate) async fn history(shared: &Shared, job: JobId, limit: usize) -> DbResult<Vec<LogRecord>> {
    let client = shared.readers.get().await?;
    let statement = client.prepare_cached(&HISTORY).await?;
    let rows = client.query(&statement, &[&job.0]).await?;
    let wanted = Wanted {
        after: 0,
        job: Some(job),
        limit,
    };
    let mut entries = decode(shared, &**client, &rows, &wanted).await?;
    entries.truncate(limit);
    Ok(entries)
}

/// A page of events, newest first, and where to go on.
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
    entries.retain(|entry| is_asked_for(query, entry));
    entries.reverse();
    Ok(cut(entries, query.limit))
}

/// A full page, and where it ends unless nothing follows.
fn cut(mut entries: Vec<LogRecord>, limit: usize) -> (Vec<LogRecord>, Option<Position>) {
    let has_more = entries.len() > limit;
    entries.truncate(limit);
    let last = entries.last().map(|entry| entry.position);
    (entries, last.filter(|_| has_more))
}

fn is_asked_for(query: &EventQuery, recorded: &LogRecord) -> bool {
    let LogEntry::Event(event) = &recorded.entry else {
        return false;
    };
    let is_type = |kind| event.change.event_type() == kind;
    query.before.is_none_or(|before| recorded.position < before)
        && query.event_type.is_none_or(is_type)
        && query.since.is_none_or(|since| event.occurred_at >= since)
}

/// Looks at commits from the newest back, step by step, until the page is full or it has looked at enough.
async fn page(shared: &Shared, query: &EventQuery) -> DbResult<(Vec<LogRecord>, Option<Position>)> {
    let client = shared.readers.get().await?;
    let commits_before = client.prepare_cached(COMMITS_BEFORE).await?;
    let events_between = client.prepare_cached(&EVENTS_BETWEEN).await?;
    let before = query.before.map_or(i64::MAX, number);
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
        let (from, to): (i64, i64) = (oldest.try_get(0)?, newest.try_get(0)?);
        let rows = client
            .query(&events_between, &[&from, &to, &before])
            .await?;
        let wanted = Wanted {
            after: 0,
            job: None,
            limit: usize::MAX,
        };
        let mut entries = decode(shared, &**client, &rows, &wanted).await?;
        entries.retain(|entry| is_asked_for(query, entry));
        page.extend(entries.into_iter().rev());
        if page.len() > query.limit {
            return Ok(cut(page, query.limit));
        }
        if codec::time(oldest, "committed_at")? < earliest {
            return Ok((page, None));
        }
        for commit in &commits {
            seen += i64::from(commit.try_get::<_, i32>("event_count")?);
        }
        if seen >= PAGE_EVENTS {
            let first = from + 1 - i64::from(oldest.try_get::<_, i32>("event_count")?);
            return Ok((page, Some(position(first))));
        }
        below = from;
        step *= 4;
    }
}
