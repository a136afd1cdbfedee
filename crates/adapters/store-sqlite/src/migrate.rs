use rusqlite::{Connection, TransactionBehavior};

/// In order; the index of a migration plus one is the `user_version` after it.
const MIGRATIONS: &[&str] = &[include_str!("../migrations/0001_initial.sql")];

/// Brings the file to the newest schema.
///
/// # Errors
/// When the file is newer than this build, or SQLite refuses.
pub(crate) fn migrate(connection: &mut Connection) -> Result<(), String> {
    let text = |error: rusqlite::Error| error.to_string();
    let tx = connection
        .transaction_with_behavior(TransactionBehavior::Immediate)
        .map_err(text)?;
    let found: usize = tx
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .map_err(text)?;
    if found > MIGRATIONS.len() {
        return Err(format!(
            "the data file has schema version {found}, this build knows versions up to {}; use a newer build",
            MIGRATIONS.len()
        ));
    }
    for migration in &MIGRATIONS[found..] {
        tx.execute_batch(migration).map_err(text)?;
    }
    tx.pragma_update(None, "user_version", MIGRATIONS.len())
        .map_err(text)?;
    tx.commit().map_err(text)
}
