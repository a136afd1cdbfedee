use deadpool_postgres::{Client, Transaction};
use tokio_postgres::IsolationLevel;

use crate::error::DbResult;

/// Begins a read-only transaction that reads everything from one snapshot.
pub(super) async fn snapshot(client: &mut Client) -> DbResult<Transaction<'_>> {
    let begin = client
        .build_transaction()
        .isolation_level(IsolationLevel::RepeatableRead)
        .read_only(true)
        .start();
    Ok(begin.await?)
}
