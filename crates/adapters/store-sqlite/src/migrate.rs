use odd_core::ports::StoreError;
use rusqlite::{Connection, TransactionBehavior};

use crate::error::classify;

/// The `user_version` of files from development builds before the first release. They are not upgraded.
const UNRELEASED: usize = 1;

/// The migrations in order. The first one creates the schema of the version after [`UNRELEASED`] in an empty file.
const MIGRATIONS: &[&str] = &[include_str!("../migrations/0001_initial.sql")];

/// Upgrades the file to the newest schema.
///
/// # Errors
/// When the file is newer than this build or older than the first release, or SQLite fails.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), StoreError> {
    let tx = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(classify)?;
    let found: usize = tx
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(classify)?;
    let newest = UNRELEASED + MIGRATIONS.len();
    if found > newest {
        return Err(StoreError::Broken(
            format!(
                "the data file has schema version {found}, this build knows versions up to {newest}; use a newer build"
            )
            .into(),
        ));
    }
    if found == UNRELEASED {
        return Err(StoreError::Broken(
            "the data file was made by a development build before the first release and cannot be upgraded; move the \
             data directory away, or use the build that made it"
                .into(),
        ));
    }
    for migration in &MIGRATIONS[found.saturating_sub(UNRELEASED)..] {
        tx.execute_batch(migration).map_err(classify)?;
    }
    tx.pragma_update(None, "user_version", newest)
        .map_err(classify)?;
    tx.commit().map_err(classify)
}
