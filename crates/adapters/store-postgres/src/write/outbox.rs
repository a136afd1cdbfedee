use std::time::Duration;

use odd_contracts::Timestamp;
use odd_core::ports::{LogRecord, Position};

use crate::codec;
use crate::error::DbResult;
use crate::read;
use crate::shared::Shared;

/// A crash may lose the deletion; the commit is then published again, which is harmless.
const MARK_PUBLISHED: &str = "DELETE FROM outbox WHERE last_position = ANY($1)";

/// Commits that are older than `$1` milliseconds and still in the outbox, also if the server's clock was set back since.
const UNPUBLISHED: &str = "\
SELECT o.last_position, c.event_count FROM outbox o JOIN event_commits c USING (last_position) \
WHERE o.committed_at < clock_timestamp() - $1::bigint * interval '1 millisecond' OR o.committed_at > clock_timestamp() \
ORDER BY o.last_position LIMIT $2";

const COUNT: &str = "\
SELECT coalesce(sum(c.event_count), 0)::bigint AS events \
FROM outbox o JOIN event_commits c USING (last_position)";

/// The first commit by position, which the index finds at once. Positions follow the order of the commits.
const OLDEST: &str = "SELECT committed_at FROM outbox ORDER BY last_position LIMIT 1";

/// Returns the number of events in the outbox.
pub(crate) async fn count_unpublished(shared: &Shared) -> DbResult<u64> {
    let client = shared.readers.get().await?;
    let statement = client.prepare_cached(COUNT).await?;
    let row = client.query_one(&statement, &[]).await?;
    codec::large_number(&row, "events")
}

/// Returns the time of the first commit in the outbox.
pub(crate) async fn oldest_unpublished(shared: &Shared) -> DbResult<Option<Timestamp>> {
    let client = shared.readers.get().await?;
    let statement = client.prepare_cached(OLDEST).await?;
    let row = client.query_opt(&statement, &[]).await?;
    row.as_ref()
        .map(|row| codec::time(row, "committed_at"))
        .transpose()
}

/// Removes the commits that end at `lasts` from the outbox.
pub(crate) async fn mark_published(shared: &Shared, lasts: &[Position]) -> DbResult<()> {
    let lasts: Vec<i64> = lasts
        .iter()
        .map(|position| codec::signed_position(*position))
        .collect();
    let client = shared.writers.get().await?;
    let statement = client.prepare_cached(MARK_PUBLISHED).await?;
    client.execute(&statement, &[&lasts]).await?;
    Ok(())
}

/// Returns up to `limit` commits, oldest first, that are older than `age` and still in the outbox: the position of the
/// last entry of each, and its entries.
pub(crate) async fn unpublished(
    shared: &Shared,
    age: Duration,
    limit: usize,
) -> DbResult<Vec<(Position, Vec<LogRecord>)>> {
    let age_ms = i64::try_from(age.as_millis()).unwrap_or(i64::MAX);
    let limit = codec::row_limit(limit);
    let client = shared.readers.get().await?;
    let statement = client.prepare_cached(UNPUBLISHED).await?;
    let rows = client.query(&statement, &[&age_ms, &limit]).await?;
    drop(client);
    let mut commits = Vec::with_capacity(rows.len());
    for row in &rows {
        let last: i64 = codec::get(row, 0)?;
        let count: i32 = codec::get(row, 1)?;
        let before = codec::position(last - i64::from(count));
        let count = usize::try_from(count).unwrap_or(0);
        let entries = read::read_after(shared, before, count).await?;
        commits.push((codec::position(last), entries));
    }
    Ok(commits)
}
