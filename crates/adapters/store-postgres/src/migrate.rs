use deadpool_postgres::Client;

use crate::codec;
use crate::error::DbResult;
use crate::locks;

const MIGRATIONS: &[(i32, &str)] = &[
    (1, include_str!("../migrations/0001_initial.sql")),
    (2, include_str!("../migrations/0002_traces.sql")),
];

/// Applies the missing migrations, each in a transaction of its own: the locks of one are released before the next one, and
/// before the partitions are created.
pub(crate) async fn migrate(client: &mut Client) -> DbResult<()> {
    for (number, sql) in MIGRATIONS {
        apply(client, *number, sql).await?;
    }
    Ok(client.batch_execute("SELECT make_partitions(3)").await?)
}

/// Applies a migration, unless it or a later one was applied before. Processes that start together wait for each other.
async fn apply(client: &mut Client, number: i32, sql: &str) -> DbResult<()> {
    let tx = client.transaction().await?;
    tx.execute("SELECT pg_advisory_xact_lock($1)", &[&locks::SCHEMA])
        .await?;
    tx.batch_execute(
        "CREATE TABLE IF NOT EXISTS schema_migrations \
         (migration integer PRIMARY KEY, applied_at timestamptz NOT NULL DEFAULT now())",
    )
    .await?;
    let row = tx
        .query_one("SELECT max(migration) FROM schema_migrations", &[])
        .await?;
    let newest: Option<i32> = codec::get(&row, 0)?;
    if newest.is_none_or(|newest| newest < number) {
        tx.batch_execute(sql).await?;
        tx.execute(
            "INSERT INTO schema_migrations (migration) VALUES ($1)",
            &[&number],
        )
        .await?;
    }
    Ok(tx.commit().await?)
}
