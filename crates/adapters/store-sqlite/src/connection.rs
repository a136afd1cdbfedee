//! Settings of connections to the data file.

use rusqlite::Connection;

/// Configures the writing connection: WAL, and a sync for every commit.
pub(crate) fn configure_writer(connection: &Connection) -> rusqlite::Result<()> {
    connection.pragma_update(None, "journal_mode", "WAL")?;
    connection.pragma_update(None, "synchronous", "FULL")?;
    // The writer starts checkpoints itself: write/checkpoint.rs.
    connection.pragma_update(None, "wal_autocheckpoint", 0)?;
    connection.pragma_update(None, "cache_size", -65_536)?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "foreign_keys", "OFF")?;
    connection.busy_timeout(std::time::Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(64);
    keep_plans(connection)?;
    Ok(())
}

/// Keeps query plans independent of bound values. Otherwise SQLite prepares a statement again whenever a value could change
/// the choice of a partial index ("Query Planner Stability Guarantee").
pub(crate) fn keep_plans(connection: &Connection) -> rusqlite::Result<()> {
    connection
        .set_db_config(
            rusqlite::config::DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG,
            true,
        )
        .map(drop)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commits_are_synced_to_disk() {
        let directory = tempfile::tempdir().expect("a temporary directory");
        let connection = Connection::open(directory.path().join("store.db")).expect("opens");
        configure_writer(&connection).expect("settings");
        let setting = |name: &str| -> String {
            connection
                .pragma_query_value(None, name, |row| {
                    row.get_ref(0)?
                        .as_str()
                        .map(str::to_owned)
                        .or_else(|_| row.get::<_, i64>(0).map(|number| number.to_string()))
                })
                .expect("a setting")
        };
        assert_eq!(setting("journal_mode"), "wal");
        assert_eq!(
            setting("synchronous"),
            "2",
            "FULL: https://sqlite.org/pragma.html#pragma_synchronous"
        );
    }
}
