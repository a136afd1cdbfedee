use deadpool_postgres::Client;

use crate::codec;
use crate::error::DbResult;
use crate::locks;

const MIGRATIONS: &[(i32, &str)] = &[
    (1, include_str!("../migrations/0001_initial.sql")),
    (2, include_str!("../migrations/0002_traces.sql")),
];

/// Applies the missing migrations in one transaction.
pub(crate) async fn migrate(client: &mut Client) -> DbResult<()> {
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
    for (number, sql) in MIGRATIONS {
        if newest.is_none_or(|newest| newest < *number) {
            tx.batch_execute(sql).await?;
            tx.execute(
                "INSERT INTO schema_migrations (migration) VALUES ($1)",
                &[number],
            )
            .await?;
        }
    }
    tx.execute("SELECT make_partitions(3)", &[]).await?;
    Ok(tx.commit().await?)
}
