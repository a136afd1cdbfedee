use odd_core::ports::StoreError;
use rusqlite::ErrorCode;

/// Sorts a driver error into what may pass and what will not.
pub(crate) fn classify(error: &rusqlite::Error) -> StoreError {
    match error.sqlite_error_code() {
        Some(
            ErrorCode::DatabaseBusy
            | ErrorCode::DatabaseLocked
            | ErrorCode::DiskFull
            | ErrorCode::OutOfMemory
            | ErrorCode::SystemIoFailure
            | ErrorCode::CannotOpen,
        ) => StoreError::Unavailable(error.to_string().into()),
        _ => StoreError::Broken(error.to_string().into()),
    }
}
