use odd_core::Refusal;
use odd_core::ports::StoreError;
use rusqlite::ErrorCode;

/// Result of work on the data file.
pub(crate) type DbResult<T> = Result<T, DbError>;

/// Why work on the data file failed. A transaction that meets one is rolled back as a whole.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DbError {
    /// SQLite reported an error, or a column has a value that this build cannot read.
    #[error("SQLite cannot read or write the data file")]
    Sqlite(#[from] rusqlite::Error),
    /// The file and the memory of the writer would differ.
    #[error("a statement changed {changed} rows instead of {expected}")]
    RowCount {
        /// Rows that the statement changed.
        changed: usize,
        /// Rows that it should have changed.
        expected: usize,
    },
    /// A job has a status in which the writer does not expect it.
    #[error("the data file contradicts the state machine")]
    Refused(#[from] Refusal),
    /// A stored JSON value is damaged.
    #[error("the data file contains damaged JSON")]
    Json(#[from] serde_json::Error),
    /// The file contradicts itself or the memory of the writer.
    #[error("{0}")]
    Inconsistent(&'static str),
}

impl DbError {
    /// Returns `true` for errors that may pass: the file is locked, the disk is full or fails.
    fn is_transient(&self) -> bool {
        let Self::Sqlite(error) = self else {
            return false;
        };
        matches!(
            error.sqlite_error_code(),
            Some(
                ErrorCode::DatabaseBusy
                    | ErrorCode::DatabaseLocked
                    | ErrorCode::DiskFull
                    | ErrorCode::OutOfMemory
                    | ErrorCode::SystemIoFailure
                    | ErrorCode::CannotOpen
            )
        )
    }
}

impl From<DbError> for StoreError {
    fn from(error: DbError) -> Self {
        match (error.is_transient(), error) {
            (true, DbError::Sqlite(error)) => {
                Self::unavailable("SQLite cannot use the data file at the moment", error)
            }
            (_, DbError::Sqlite(error)) => {
                Self::broken("SQLite cannot read or write the data file", error)
            }
            (_, error) => Self::broken("the data file is inconsistent", error),
        }
    }
}

/// Converts an error of SQLite outside a transaction.
pub(crate) fn classify(error: rusqlite::Error) -> StoreError {
    DbError::from(error).into()
}

/// Checks how many rows a statement changed.
pub(crate) fn expect_rows(changed: usize, expected: usize) -> DbResult<()> {
    debug_assert_eq!(changed, expected, "rows changed");
    if changed == expected {
        Ok(())
    } else {
        Err(DbError::RowCount { changed, expected })
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error;

    use super::*;

    fn sqlite(code: i32) -> rusqlite::Error {
        rusqlite::Error::SqliteFailure(rusqlite::ffi::Error::new(code), Some("the cause".into()))
    }

    #[test]
    fn store_errors_keep_the_error_of_sqlite_as_their_source() {
        for (code, is_transient) in [
            (rusqlite::ffi::SQLITE_BUSY, true),
            (rusqlite::ffi::SQLITE_FULL, true),
            (rusqlite::ffi::SQLITE_CORRUPT, false),
        ] {
            let error = classify(sqlite(code));
            assert_eq!(error.is_transient(), is_transient, "{error}");
            assert!(!error.to_string().contains("the cause"), "{error}");
            let source = error.source().expect("a source");
            assert_eq!(source.to_string(), sqlite(code).to_string());
        }
    }

    #[test]
    fn an_inconsistent_file_is_not_worth_a_retry() {
        let error = StoreError::from(DbError::Inconsistent("a ready job has no row"));
        assert!(!error.is_transient());
        let source = error.source().expect("a source");
        assert_eq!(source.to_string(), "a ready job has no row");
    }
}
