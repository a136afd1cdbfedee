use odd_contracts::JobStatus;
use odd_core::ports::StoreError;
use rusqlite::{Connection, Transaction, TransactionBehavior, params};

use crate::codec::{fingerprint_column, status_column};
use crate::error::classify;
use crate::row::{COLUMNS, JobRow};

/// The `user_version` of files from development builds before the first release. They are not upgraded.
const UNRELEASED: usize = 1;

struct Migration {
    sql: &'static str,
    /// Fills what the statements have added, with values that SQL cannot compute.
    fill: Option<fn(&Transaction<'_>) -> rusqlite::Result<()>>,
}

/// The migrations in order. The first one creates the schema of the version after [`UNRELEASED`] in an empty file.
const MIGRATIONS: &[Migration] = &[
    Migration {
        sql: include_str!("../migrations/0001_initial.sql"),
        fill: None,
    },
    Migration {
        sql: include_str!("../migrations/0002_failures.sql"),
        fill: Some(fill_fingerprints),
    },
    Migration {
        sql: include_str!("../migrations/0003_workers.sql"),
        fill: None,
    },
    Migration {
        sql: include_str!("../migrations/0004_clock.sql"),
        fill: None,
    },
];

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
        tx.execute_batch(migration.sql).map_err(classify)?;
        if let Some(fill) = migration.fill {
            fill(&tx).map_err(classify)?;
        }
    }
    tx.pragma_update(None, "user_version", newest)
        .map_err(classify)?;
    tx.commit().map_err(classify)
}

/// Sets the fingerprints of all FAILED jobs.
fn fill_fingerprints(tx: &Transaction<'_>) -> rusqlite::Result<()> {
    let status = status_column(JobStatus::Failed);
    let mut jobs = tx.prepare(&format!(
        "SELECT {COLUMNS} FROM unsuccessful u CROSS JOIN jobs j ON j.job = u.job WHERE u.status = ?1"
    ))?;
    let mut update =
        tx.prepare("UPDATE unsuccessful SET fingerprint = ?3 WHERE status = ?1 AND job = ?2")?;
    // The statement changes no column that the query searches by, so it does not disturb the query.
    let mut rows = jobs.query(params![status])?;
    while let Some(row) = rows.next()? {
        let row = JobRow::read(row)?;
        let fingerprint = row.failure_fingerprint().map(fingerprint_column);
        update.execute(params![status, row.job, fingerprint])?;
    }
    Ok(())
}
