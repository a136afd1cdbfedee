use std::sync::LazyLock;

use odd_contracts::Timestamp;
use odd_core::Change;

use super::attempt::time_of;
use crate::change_set::ChangeSet;
use crate::codec::At;
use crate::error::DbResult;
use crate::row::{COLUMNS, JobRow};
use crate::shared::{Role, Shared};
use crate::transaction::Transaction;

static DUE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {COLUMNS}, coalesce($2::timestamptz, clock_timestamp()) AS now FROM jobs j \
         WHERE j.delayed_until <= (SELECT coalesce($2::timestamptz, clock_timestamp())) \
         ORDER BY j.delayed_until LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED"
    )
});

const NEXT: &str = "SELECT min(delayed_until) FROM jobs";

/// Makes up to `limit` jobs ready whose time has come. Returns how many, and when the next is due.
pub(crate) async fn promote(shared: &Shared, limit: usize) -> DbResult<(usize, Option<Timestamp>)> {
    let tx = Transaction::on(&shared.writers).await?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let given = shared.given_time();
    let rows = tx.begin_with(&DUE, &[&limit, &given]).await?;
    let now = time_of(&rows)?;
    match now {
        None => tx.roll_back().await?,
        Some(now) => {
            let mut changes = ChangeSet::new(shared, now);
            for row in &rows {
                let mut row = JobRow::read(row)?;
                changes.advance(&mut row, Role::Processor, Change::Due);
                row.due_at = now;
                changes.save(row);
            }
            changes.commit(tx).await?;
        }
    }
    let client = shared.readers.get().await?;
    shared.signals.next_due_is_asked();
    let statement = client.prepare_cached(NEXT).await?;
    let next: Option<At> = client.query_one(&statement, &[]).await?.try_get(0)?;
    let next = next.map(|at| at.0);
    shared.signals.next_due_was(next);
    Ok((rows.len(), next))
}
