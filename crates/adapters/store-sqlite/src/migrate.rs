use rusqlite::{Connection, TransactionBehavior};

/// The `user_version` of files that development builds made before the first release. They are not upgraded.
const UNRELEASED: usize = 1;

/// In order; the first makes an empty file one of the version after [`UNRELEASED`].
const MIGRATIONS: &[&str] = &[include_str!("../migrations/0001_initial.sql")];

/// Brings the file to the newest schema.
///
/// # Errors
/// When the file is newer than this build or of a time before the first release, or SQLite refuses.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), String> {
    let text = |error: rusqlite::Error| error.to_string();
    let tx = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(text)?;
    let found: usize = tx
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(text)?;
    let newest = UNRELEASED + MIGRATIONS.len();
    if found > newest {
        return Err(format!(
            "the data file has schema version {found}, this build knows versions up to {newest}; use a newer build"
        ));
    }
    if found == UNRELEASED {
        return Err("the data file was made by a development build before the first release and cannot be upgraded; \
                    move the data directory away, or use the build that made it"
            .into());
    }
    for migration in &MIGRATIONS[found.saturating_sub(UNRELEASED)..] {
        tx.execute_batch(migration).map_err(text)?;
    }
    tx.pragma_update(None, "user_version", newest)
        .map_err(text)?;
    tx.commit().map_err(text)
}
