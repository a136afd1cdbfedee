use std::sync::LazyLock;

use odd_core::ports::{LogEntry, LogRecord, Position};
use tokio_postgres::{GenericClient, Row};

use super::log_rows::{COLUMNS, Wanted, decode};
use super::pruned::PrunedJobs;
use super::{number, position};
use crate::codec;
use crate::error::DbResult;
use crate::packed::ROW;
use crate::shared::Shared;

/// Entries handed over at a time while replaying.
const REPLAY_CHUNK: usize = 5_000;

/// Events of some commits. The times let the planner look into the right partitions alone.
static EVENTS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {COLUMNS} FROM event_commits c \
         JOIN commit_events e ON e.commit_id = c.commit_id AND e.occurred_at = c.committed_at \
         WHERE c.last_position > $1 AND c.last_position <= $2 AND c.pruned IS NULL \
         AND c.last_position - c.event_count + {ROW} + e.first > $1 \
         ORDER BY c.last_position, e.first"
    )
});

/// The commits after a position whose entries come to a limit, and what they say of pruned jobs.
const COMMITS: &str = "\
SELECT last_position, event_count, pruned FROM ( \
    SELECT last_position, event_count, pruned, sum(event_count) OVER (ORDER BY last_position) - event_count AS before \
    FROM (SELECT * FROM event_commits WHERE last_position > $1 ORDER BY last_position LIMIT $2) c) s \
WHERE before < $2 ORDER BY last_position";

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
) -> DbResult<Vec<LogRecord>> {
    let client = shared.readers.get().await?;
    read_entries_after(shared, &**client, after, limit).await
}

/// Reads on from commits whose events are all gone.
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

/// The entries of the next commits, and where those end.
async fn read_commits_after(
    shared: &Shared,
    client: &impl GenericClient,
    after: Position,
    limit: usize,
) -> DbResult<(Option<Position>, Vec<LogRecord>)> {
    let (from, most) = (number(after), i64::try_from(limit).unwrap_or(i64::MAX));
    let commits = client.query(COMMITS, &[&from, &most]).await?;
    let Some(last) = commits.last() else {
        return Ok((None, Vec::new()));
    };
    let to: i64 = last.try_get("last_position")?;
    let rows = client.query(&*EVENTS, &[&from, &to]).await?;
    let wanted = Wanted {
        after: from,
        job: None,
        limit,
    };
    let mut entries = decode(shared, client, &rows, &wanted).await?;
    let events = entries.len();
    for commit in &commits {
        entries.extend(pruned_of(commit, after)?);
    }
    if entries.len() > events {
        entries.sort_unstable_by_key(|entry| entry.position);
    }
    entries.truncate(limit);
    Ok((Some(position(to)), entries))
}

/// What a commit says of pruned jobs, as far as it stands after `after`.
fn pruned_of(commit: &Row, after: Position) -> DbResult<Vec<LogRecord>> {
    let pruned: Vec<PrunedJobs> = codec::json(commit, "pruned")?.unwrap_or_default();
    let last: i64 = commit.try_get("last_position")?;
    let mut entries = PrunedJobs::placed(&pruned, last)?;
    entries.retain(|entry| entry.position > after);
    Ok(entries)
}

/// Everything up to the present head, from one snapshot; pruning entries without their counts.
pub(crate) async fn replay(
    shared: &Shared,
    each: &mut (dyn FnMut(Vec<LogRecord>) + Send),
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
        let mut chunk = read_entries_after(shared, tx, last, REPLAY_CHUNK).await?;
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
