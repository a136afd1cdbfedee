use std::time::Duration;

use odd_core::ports::{LogRecord, Position};

use crate::error::DbResult;
use crate::read;
use crate::shared::Shared;

/// Losing the mark in a crash means publishing again, so nobody waits for it to be durable.
const MARK: &str = "DELETE FROM outbox WHERE last_position = ANY($1)";

/// Notes that the commits that end at `lasts` were published.
pub(crate) async fn mark_published(shared: &Shared, lasts: &[Position]) -> DbResult<()> {
    let lasts: Vec<i64> = lasts
        .iter()
        .map(|position| read::number(*position))
        .collect();
    let client = shared.writers.get().await?;
    let statement = client.prepare_cached(MARK).await?;
    client.execute(&statement, &[&lasts]).await?;
    Ok(())
}

/// Up to `limit` commits, oldest first, that are older than `age` and not known to have been published: the position of
/// the last entry of each, and its entries.
pub(crate) async fn unpublished(
    shared: &Shared,
    age: Duration,
    limit: usize,
) -> DbResult<Vec<(Position, Vec<LogRecord>)>> {
    let age_ms = i64::try_from(age.as_millis()).unwrap_or(i64::MAX);
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let client = shared.readers.get().await?;
    let statement = client
        .prepare_cached(
            "SELECT o.last_position, c.event_count FROM outbox o JOIN event_commits c USING (last_position) \
             WHERE o.committed_at < clock_timestamp() - $1::bigint * interval '1 millisecond' \
             ORDER BY o.last_position LIMIT $2",
        )
        .await?;
    let rows = client.query(&statement, &[&age_ms, &limit]).await?;
    drop(client);
    let mut commits = Vec::with_capacity(rows.len());
    for row in &rows {
        let last: i64 = row.try_get(0)?;
        let count: i32 = row.try_get(1)?;
        let before = read::position(last - i64::from(count));
        let count = usize::try_from(count).unwrap_or(0);
        let entries = read::read_after(shared, before, count).await?;
        commits.push((read::position(last), entries));
    }
    Ok(commits)
}
