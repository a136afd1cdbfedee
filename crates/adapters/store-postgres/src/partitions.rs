use deadpool_postgres::ClientWrapper;
use odd_contracts::Timestamp;

use crate::codec::SqlTimestamp;
use crate::error::DbResult;
use crate::locks;

/// Days that have a partition in advance.
const DAYS: i32 = 3;

/// Creates the partitions for the events of today and the coming days. Only one session at a time does so; others wait for
/// it, up to the time limit of a statement.
pub(crate) async fn create(client: &ClientWrapper) -> DbResult<()> {
    // Statements that are sent together are one transaction, which holds the lock.
    let sql = format!(
        "SELECT pg_advisory_xact_lock({}); SELECT make_partitions({DAYS})",
        locks::PARTITIONS
    );
    Ok(client.batch_execute(&sql).await?)
}

/// Drops empty partitions of days before `before`.
pub(crate) async fn drop_empty(client: &ClientWrapper, before: Timestamp) -> DbResult<()> {
    let statement = client.prepare_cached("SELECT drop_partitions($1)").await?;
    client.execute(&statement, &[&SqlTimestamp(before)]).await?;
    Ok(())
}
