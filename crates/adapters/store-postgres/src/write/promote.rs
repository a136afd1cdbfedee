use std::sync::LazyLock;

use odd_contracts::Timestamp;

use super::locked::time_of;
use crate::change_set::ChangeSet;
use crate::codec::{self, SqlTimestamp};
use crate::error::DbResult;
use crate::row::{COLUMNS, JobRow};
use crate::shared::Shared;
use crate::transaction::Transaction;

static LOCK_DUE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {COLUMNS}, coalesce($2::timestamptz, clock_timestamp()) AS now FROM jobs j \
         WHERE j.delayed_until <= $3 \
         ORDER BY j.delayed_until LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED"
    )
});

const NEXT_DUE: &str = "SELECT min(delayed_until) FROM jobs";

/// Makes up to `limit` due jobs ready. Returns how many it processed, and the steady time at which the next one is due.
pub(crate) async fn promote(shared: &Shared, limit: usize) -> DbResult<(usize, Option<Timestamp>)> {
    let tx = Transaction::on(shared).await?;
    let limit = codec::row_limit(limit);
    let given = shared.given_time();
    let steady = SqlTimestamp(shared.server_time.now().steady);
    let rows = tx.begin_with(&LOCK_DUE, &[&limit, &given, &steady]).await?;
    match time_of(shared, &rows)? {
        None => tx.roll_back().await?,
        Some(time) => {
            let mut changes = ChangeSet::new(shared, time);
            for row in &rows {
                let mut row = JobRow::read(row)?;
                match row.state.promote(time.now) {
                    Ok(change) => {
                        changes.record(&row, change);
                        changes.save(row);
                    }
                    Err(refusal) => changes.skip(&row, refusal),
                }
            }
            changes.commit(tx).await?;
        }
    }
    let client = shared.readers.get().await?;
    shared.signals.begin_due_query();
    let statement = client.prepare_cached(NEXT_DUE).await?;
    let row = client.query_one(&statement, &[]).await?;
    let next = codec::get::<Option<SqlTimestamp>, _>(&row, 0)?.map(|at| at.0);
    shared.signals.finish_due_query(next);
    Ok((rows.len(), next))
}
