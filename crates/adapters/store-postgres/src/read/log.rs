use std::sync::LazyLock;

use odd_core::ports::{LogEntry, LogRecord, Position};
use tokio_postgres::{GenericClient, Row};

use super::log_rows::{COLUMNS, EventFilter, decode};
use super::pruned::PrunedJobs;
use super::snapshot::snapshot;
use crate::codec;
use crate::error::DbResult;
use crate::packed::EVENTS_PER_ROW;
use crate::shared::Shared;

/// Most entries of one chunk of a replay.
const REPLAY_CHUNK: usize = 5_000;

/// Events of some commits. The condition on times lets the planner skip partitions.
static EVENTS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {COLUMNS} FROM event_commits c \
         JOIN commit_events e ON e.commit_id = c.commit_id AND e.occurred_at = c.committed_at \
         WHERE c.last_position > $1 AND c.last_position <= $2 AND c.pruned IS NULL \
         AND c.last_position - c.event_count + {EVENTS_PER_ROW} + e.first > $1 \
         ORDER BY c.last_position, e.first"
    )
});

/// The commits after a position that contain the next entries up to a limit, and the jobs that they pruned.
const COMMITS: &str = "\
SELECT last_position, event_count, pruned FROM ( \
    SELECT last_position, event_count, pruned, sum(event_count) OVER (ORDER BY last_position) - event_count AS before \
    FROM (SELECT * FROM event_commits WHERE last_position > $1 ORDER BY last_position LIMIT $2) c) s \
WHERE before < $2 ORDER BY last_position";

/// Returns the newest position.
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
    Ok(codec::position(codec::get(&row, 0)?))
}

/// Returns up to `limit` entries after `after`.
pub(crate) async fn read_after(
    shared: &Shared,
    after: Position,
    limit: usize,
) -> DbResult<Vec<LogRecord>> {
    let client = shared.readers.get().await?;
    read_entries_after(shared, &**client, after, limit).await
}

/// Skips commits whose events have all been deleted.
async fn read_entries_after(
    shared: &Shared,
    client: &impl GenericClient,
    mut after: Position,
    limit: usize,
) -> DbResult<Vec<LogRecord>> {
    loop {
        match read_commits_after(shared, client, after, limit).await? {
            (Some(last), entries) if entries.is_empty() => after = last,
            (_, entries) => return Ok(entries),
        }
    }
}

/// Returns the entries of the next commits, and the position where these commits end.
async fn read_commits_after(
    shared: &Shared,
    client: &impl GenericClient,
    after: Position,
    limit: usize,
) -> DbResult<(Option<Position>, Vec<LogRecord>)> {
    let (from, most) = (codec::signed_position(after), codec::row_limit(limit));
    let commits = client.query(COMMITS, &[&from, &most]).await?;
    let Some(last) = commits.last() else {
        return Ok((None, Vec::new()));
    };
    let to: i64 = codec::get(last, "last_position")?;
    let rows = client.query(&*EVENTS, &[&from, &to]).await?;
    let filter = EventFilter {
        after: from,
        job: None,
        limit,
    };
    let mut entries = decode(shared, client, &rows, &filter).await?;
    let events = entries.len();
    for commit in &commits {
        entries.extend(pruned_of(commit, after)?);
    }
    if entries.len() > events {
        entries.sort_unstable_by_key(|entry| entry.position);
    }
    entries.truncate(limit);
    Ok((Some(codec::position(to)), entries))
}

/// Returns the entries about pruned jobs of a commit, after the position `after`.
fn pruned_of(commit: &Row, after: Position) -> DbResult<Vec<LogRecord>> {
    let pruned: Vec<PrunedJobs> = codec::json(commit, "pruned")?.unwrap_or_default();
    let last: i64 = codec::get(commit, "last_position")?;
    let mut entries = PrunedJobs::log_records(&pruned, last)?;
    entries.retain(|entry| entry.position > after);
    Ok(entries)
}

/// Passes all entries up to the current head to `each`, from one snapshot. The counts of pruned jobs are zero.
pub(crate) async fn replay(
    shared: &Shared,
    each: &mut (dyn FnMut(Vec<LogRecord>) + Send),
) -> DbResult<Position> {
    let mut client = shared.readers.get().await?;
    let tx = snapshot(&mut client).await?;
    let tx = &*tx;
    let head = head_of(tx).await?;
    let mut last = Position(0);
    loop {
        let mut chunk = read_entries_after(shared, tx, last, REPLAY_CHUNK).await?;
        let Some(newest) = chunk.last() else {
            return Ok(head);
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
