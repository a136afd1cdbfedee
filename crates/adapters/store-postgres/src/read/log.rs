use std::sync::LazyLock;

use odd_contracts::{JobId, Timestamp};
use odd_core::ports::{EventQuery, LogEntry, Position, Recorded};
use tokio_postgres::{GenericClient, Row};

use super::event::{self, PrunedJobs};
use super::{number, position};
use crate::codec::{self, At};
use crate::error::DbResult;
use crate::store::Shared;

/// Commits that one page may look at, and those of one query of it.
const PAGE_COMMITS: usize = 20_000;
const SCAN_STEP: i64 = 500;

/// Entries handed over at a time while replaying.
const REPLAY_CHUNK: usize = 5_000;

/// How much the times of neighbouring commits may be out of order: each is taken before its place in the log is.
const DISORDER_MS: u64 = 60_000;

/// Events of some commits. The times let the planner look into the right partitions alone.
static EVENTS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {} FROM event_commits c \
         JOIN job_events e ON e.commit_id = c.commit_id AND e.occurred_at = c.committed_at \
         JOIN producers p ON p.producer = e.producer \
         WHERE c.last_position > $1 AND c.last_position <= $2 AND c.pruned IS NULL \
         AND c.last_position - c.event_count + 1 + e.ordinal > $1 \
         ORDER BY c.last_position, e.ordinal",
        event::COLUMNS
    )
});

/// The commits after a position whose entries come to a limit, and what they say of pruned jobs.
const COMMITS: &str = "\
SELECT last_position, event_count, pruned FROM ( \
    SELECT last_position, event_count, pruned, sum(event_count) OVER (ORDER BY last_position) - event_count AS before \
    FROM (SELECT * FROM event_commits WHERE last_position > $1 ORDER BY last_position LIMIT $2) c) s \
WHERE before < $2 ORDER BY last_position";

static HISTORY: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {} FROM jobs j JOIN job_events e ON e.job_id = j.id AND e.occurred_at >= j.created_at \
         JOIN event_commits c ON c.commit_id = e.commit_id AND c.committed_at = e.occurred_at \
         JOIN producers p ON p.producer = e.producer \
         WHERE j.id = $1 ORDER BY e.version LIMIT $2",
        event::COLUMNS
    )
});

/// The newest position.
pub(crate) async fn head(shared: &Shared) -> DbResult<Position> {
    let client = shared.readers.get().await?;
    head_of(&**client).await
}

async fn head_of(client: &impl GenericClient) -> DbResult<Position> {
    let row = client
        .query_one(
            "SELECT coalesce(max(last_position), 0) FROM event_commits",
            &[],
        )
        .await?;
    Ok(position(row.try_get(0)?))
}

/// Up to `limit` entries after `after`.
pub(crate) async fn read_after(
    shared: &Shared,
    after: Position,
    limit: usize,
) -> DbResult<Vec<Recorded>> {
    let client = shared.readers.get().await?;
    read_commits_after(&**client, after, limit).await
}

async fn read_commits_after(
    client: &impl GenericClient,
    after: Position,
    limit: usize,
) -> DbResult<Vec<Recorded>> {
    let (from, most) = (number(after), i64::try_from(limit).unwrap_or(i64::MAX));
    let commits = client.query(COMMITS, &[&from, &most]).await?;
    let Some(last) = commits.last() else {
        return Ok(Vec::new());
    };
    let to: i64 = last.try_get("last_position")?;
    let rows = client.query(&*EVENTS, &[&from, &to]).await?;
    let mut entries: Vec<Recorded> = rows.iter().map(event::read).collect::<DbResult<_>>()?;
    let events = entries.len();
    for commit in &commits {
        entries.extend(pruned_of(commit, after)?);
    }
    if entries.len() > events {
        entries.sort_unstable_by_key(|entry| entry.position);
    }
    entries.truncate(limit);
    Ok(entries)
}

/// What a commit says of pruned jobs, as far as it stands after `after`.
fn pruned_of(commit: &Row, after: Position) -> DbResult<Vec<Recorded>> {
    let pruned: Vec<PrunedJobs> = codec::json(commit, "pruned")?.unwrap_or_default();
    let last: i64 = commit.try_get("last_position")?;
    let first = last + 1 - i64::try_from(pruned.len()).unwrap_or(0);
    let mut entries = Vec::with_capacity(pruned.len());
    for (place, jobs) in (first..).zip(&pruned) {
        let place = position(place);
        if place > after {
            entries.push(Recorded {
                position: place,
                entry: jobs.to_entry()?,
            });
        }
    }
    Ok(entries)
}

/// Everything up to the present head, from one snapshot; pruning entries without their counts.
pub(crate) async fn replay(
    shared: &Shared,
    each: &mut (dyn FnMut(Vec<Recorded>) + Send),
) -> DbResult<Position> {
    let mut client = shared.readers.get().await?;
    let tx = client
        .build_transaction()
        .isolation_level(tokio_postgres::IsolationLevel::RepeatableRead)
        .read_only(true)
        .start()
        .await?;
    let tx = &*tx;
    let head = head_of(tx).await?;
    let mut last = Position(0);
    loop {
        let mut chunk = read_commits_after(tx, last, REPLAY_CHUNK).await?;
        let Some(newest) = chunk.last() else {
            return Ok(head);
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

/// All events of one job in version order, at most `limit`.
pub(crate) async fn history(shared: &Shared, job: JobId, limit: usize) -> DbResult<Vec<Recorded>> {
    let client = shared.readers.get().await?;
    let statement = client.prepare_cached(&HISTORY).await?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let rows = client.query(&statement, &[&job.0, &limit]).await?;
    rows.iter().map(event::read).collect()
}

/// A page of events, newest first, and where to go on.
pub(crate) async fn query(
    shared: &Shared,
    query: &EventQuery,
) -> DbResult<(Vec<Recorded>, Option<Position>)> {
    match query.job_id {
        Some(job) => job_page(shared, job, query).await,
        None => page(shared, query).await,
    }
}

static JOB_PAGE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {} FROM jobs j JOIN job_events e ON e.job_id = j.id AND e.occurred_at >= j.created_at \
         JOIN event_commits c ON c.commit_id = e.commit_id AND c.committed_at = e.occurred_at \
         JOIN producers p ON p.producer = e.producer \
         WHERE j.id = $1 AND ($2::text IS NULL OR e.event_type = $2) AND e.occurred_at >= $3 \
         AND c.last_position - c.event_count + 1 + e.ordinal < $4 \
         ORDER BY e.version DESC LIMIT $5",
        event::COLUMNS
    )
});

async fn job_page(
    shared: &Shared,
    job: JobId,
    query: &EventQuery,
) -> DbResult<(Vec<Recorded>, Option<Position>)> {
    let client = shared.readers.get().await?;
    let statement = client.prepare_cached(&JOB_PAGE).await?;
    let kind = query.event_type.map(|kind| kind.as_str());
    let since = At(query.since.unwrap_or(EARLIEST));
    let before = query.before.map_or(i64::MAX, number);
    let limit = i64::try_from(query.limit + 1).unwrap_or(i64::MAX);
    let rows = client
        .query(&statement, &[&job.0, &kind, &since, &before, &limit])
        .await?;
    let mut entries: Vec<Recorded> = rows.iter().map(event::read).collect::<DbResult<_>>()?;
    let has_more = entries.len() > query.limit;
    entries.truncate(query.limit);
    let next = entries
        .last()
        .map(|entry| entry.position)
        .filter(|_| has_more);
    Ok((entries, next))
}

/// 0001-01-01, about where PostgreSQL's own range would do as well.
const EARLIEST: Timestamp = Timestamp::from_micros(-62_135_596_800_000_000);

/// The commits before a position, and the one that it stands in.
const COMMITS_BEFORE: &str = "\
SELECT last_position, committed_at FROM event_commits WHERE last_position < $2 AND last_position <= coalesce( \
    (SELECT min(last_position) FROM event_commits WHERE last_position >= $1::bigint - 1), $1::bigint) \
ORDER BY last_position DESC LIMIT $3";

static EVENTS_BETWEEN: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {} FROM event_commits c \
         JOIN job_events e ON e.commit_id = c.commit_id AND e.occurred_at = c.committed_at \
         JOIN producers p ON p.producer = e.producer \
         WHERE c.last_position >= $1 AND c.last_position <= $2 AND c.pruned IS NULL \
         AND c.last_position - c.event_count + 1 + e.ordinal < $3 AND ($4::text IS NULL OR e.event_type = $4) \
         AND e.occurred_at >= $5 \
         ORDER BY c.last_position DESC, e.ordinal DESC LIMIT $6",
        event::COLUMNS
    )
});

/// Looks at commits from the newest back, step by step, until the page is full or it has looked at enough.
async fn page(shared: &Shared, query: &EventQuery) -> DbResult<(Vec<Recorded>, Option<Position>)> {
    let client = shared.readers.get().await?;
    let commits_before = client.prepare_cached(COMMITS_BEFORE).await?;
    let events_between = client.prepare_cached(&EVENTS_BETWEEN).await?;
    let before = query.before.map_or(i64::MAX, number);
    let kind = query.event_type.map(|kind| kind.as_str());
    let since = query.since.unwrap_or(EARLIEST);
    let mut page: Vec<Recorded> = Vec::new();
    let mut below = i64::MAX;
    let mut seen = 0;
    loop {
        let commits = client
            .query(&commits_before, &[&before, &below, &SCAN_STEP])
            .await?;
        let (Some(newest), Some(oldest)) = (commits.first(), commits.last()) else {
            return Ok((page, None));
        };
        let (from, to): (i64, i64) = (oldest.try_get(0)?, newest.try_get(0)?);
        let wanted = query.limit + 1 - page.len();
        let limit = i64::try_from(wanted).unwrap_or(i64::MAX);
        let rows = client
            .query(
                &events_between,
                &[&from, &to, &before, &kind, &At(since), &limit],
            )
            .await?;
        for row in &rows {
            page.push(event::read(row)?);
        }
        if page.len() > query.limit {
            page.truncate(query.limit);
            return Ok((page.clone(), page.last().map(|entry| entry.position)));
        }
        if codec::time(oldest, "committed_at")? < since.minus_millis(DISORDER_MS) {
            return Ok((page, None));
        }
        seen += commits.len();
        below = from;
        if seen >= PAGE_COMMITS {
            return Ok((page, Some(position(from))));
        }
    }
}
