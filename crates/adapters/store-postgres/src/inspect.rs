use odd_core::ports::StoreError;

use crate::PostgresConfig;
use crate::codec;
use crate::connect::Address;
use crate::error::DbResult;
use crate::migrate;

/// The settings of a server that decide whether commits survive a crash, and the state of its schema.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PostgresInspection {
    /// Version of the server, such as `15.7`.
    pub server_version: String,
    /// Whether commits reach the disk at all.
    pub fsync: bool,
    /// Whether pages survive a crash during their write.
    pub full_page_writes: bool,
    /// When a commit is confirmed to this user: `on`, `off`, `local`, `remote_write` or `remote_apply`.
    pub synchronous_commit: String,
    /// The newest migration that was applied; `None` for an empty database.
    pub applied_migration: Option<i32>,
    /// The newest migration of this version.
    pub newest_migration: i32,
}

/// Inspects a server and its schema, and changes nothing.
///
/// # Errors
/// When the URL is not valid, or the server does not answer or refuses the login.
pub async fn inspect(config: &PostgresConfig) -> Result<PostgresInspection, StoreError> {
    let address = Address::of(config, "odd-dashboard doctor")?;
    Ok(query(&address.pool(1)?).await?)
}

async fn query(pool: &deadpool_postgres::Pool) -> DbResult<PostgresInspection> {
    let client = pool.get().await?;
    let row = client
        .query_one(
            "SELECT current_setting('server_version'), current_setting('fsync'), \
             current_setting('full_page_writes'), current_setting('synchronous_commit'), \
             to_regclass('schema_migrations') IS NOT NULL",
            &[],
        )
        .await?;
    let has_schema: bool = codec::get(&row, 4)?;
    let applied_migration = match has_schema {
        true => {
            let newest = "SELECT max(migration) FROM schema_migrations";
            codec::get(&client.query_one(newest, &[]).await?, 0)?
        }
        false => None,
    };
    let is_on = |index: usize| -> DbResult<bool> {
        let value: String = codec::get(&row, index)?;
        Ok(value == "on")
    };
    Ok(PostgresInspection {
        server_version: codec::get(&row, 0)?,
        fsync: is_on(1)?,
        full_page_writes: is_on(2)?,
        synchronous_commit: codec::get(&row, 3)?,
        applied_migration,
        newest_migration: migrate::newest(),
    })
}
