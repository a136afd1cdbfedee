use std::time::Duration;

use deadpool_postgres::ClientWrapper;
use tokio::time::sleep;

use crate::codec;
use crate::error::DbResult;
use crate::locks;
use crate::partitions;

struct Migration {
    number: i32,
    /// Acquires all locks on tables that other sessions use.
    lock: Option<&'static str>,
    sql: &'static str,
}

const MIGRATIONS: &[Migration] = &[
    Migration {
        number: 1,
        lock: None,
        sql: include_str!("../migrations/0001_initial.sql"),
    },
    Migration {
        number: 2,
        // The view comes first, as in a query of the view, so that no deadlock arises.
        lock: Some("LOCK TABLE job_events IN ACCESS EXCLUSIVE MODE"),
        sql: include_str!("../migrations/0002_traces.sql"),
    },
    Migration {
        number: 3,
        lock: None,
        sql: include_str!("../migrations/0003_failures.sql"),
    },
    Migration {
        number: 4,
        lock: Some("LOCK TABLE workers IN ACCESS EXCLUSIVE MODE"),
        sql: include_str!("../migrations/0004_workers.sql"),
    },
    Migration {
        number: 5,
        // In the order of a query of the view.
        lock: Some("LOCK TABLE job_events IN ACCESS EXCLUSIVE MODE"),
        sql: include_str!("../migrations/0005_clock.sql"),
    },
];

/// Attempts of a migration that does not get its locks: with the usual pause, they last two and a half minutes.
const ATTEMPTS: u32 = 15;

/// Longest wait for the locks. All later statements on the same tables wait behind it.
const LOCK_LIMIT_MS: u32 = 200;

/// Longest wait of every fifth attempt: an automatic vacuum gives way to others only after `deadlock_timeout`, by default 1 s.
const LONG_LOCK_LIMIT_MS: u32 = 1_200;

/// Applies the missing migrations, each in a transaction of its own: the locks of one are released before the next one, and
/// before the partitions are created. Only one process at a time does so; others wait for it, up to the time limit of a
/// statement. `pause` is the time between attempts to lock tables that are in use.
pub(crate) async fn migrate(client: &mut ClientWrapper, pause: Duration) -> DbResult<()> {
    client
        .execute("SELECT pg_advisory_lock($1)", &[&locks::UPGRADE])
        .await?;
    let applied = apply_all(client, pause).await;
    let released = client
        .execute("SELECT pg_advisory_unlock($1)", &[&locks::UPGRADE])
        .await;
    applied?;
    released?;
    partitions::create(client).await
}

/// Returns the number of the newest migration.
pub(crate) fn newest() -> i32 {
    MIGRATIONS.last().map_or(0, |migration| migration.number)
}

async fn apply_all(client: &mut ClientWrapper, pause: Duration) -> DbResult<()> {
    for migration in MIGRATIONS {
        apply(client, migration, pause).await?;
    }
    Ok(())
}

/// Applies a migration, with retries while other sessions use its tables.
async fn apply(client: &mut ClientWrapper, migration: &Migration, pause: Duration) -> DbResult<()> {
    let mut attempt = 1;
    loop {
        match apply_once(client, migration, lock_limit_ms(attempt)).await {
            Err(error) if error.is_lock_timeout() && attempt < ATTEMPTS => {
                tracing::warn!(
                    migration = migration.number,
                    "other sessions use the tables that an upgrade changes; retrying in {pause:?}"
                );
            }
            applied => return applied,
        }
        sleep(pause).await;
        attempt += 1;
    }
}

const fn lock_limit_ms(attempt: u32) -> u32 {
    match attempt % 5 {
        0 => LONG_LOCK_LIMIT_MS,
        _ => LOCK_LIMIT_MS,
    }
}

/// Applies a migration, unless it or a later one was applied before.
async fn apply_once(
    client: &mut ClientWrapper,
    migration: &Migration,
    lock_limit_ms: u32,
) -> DbResult<()> {
    let tx = client.transaction().await?;
    // Processes of earlier versions, which do not know the other lock, hold this one when they start.
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
    if newest.is_none_or(|newest| newest < migration.number) {
        if let Some(lock) = migration.lock {
            // `lock_timeout` would count for each partition, the limit of the statement counts for all of them.
            let sql = format!(
                "SET LOCAL statement_timeout = {lock_limit_ms}; {lock}; SET LOCAL statement_timeout = DEFAULT"
            );
            tx.batch_execute(&sql).await?;
        }
        tx.batch_execute(migration.sql).await?;
        tx.execute(
            "INSERT INTO schema_migrations (migration) VALUES ($1)",
            &[&migration.number],
        )
        .await?;
    }
    Ok(tx.commit().await?)
}
