use odd_core::ports::StoreError;
use redis::{ErrorKind, RedisError, ServerErrorKind};

/// Codes of a server that is short of something, or has others to wait for.
const PASSING_CODES: [&str; 6] = [
    "OOM",
    "MISCONF",
    "NOREPLICAS",
    "BUSY",
    "UNBLOCKED",
    "LOADING",
];

/// What a failed call means to those behind the port. Messages of the driver name neither URL nor password.
pub(crate) fn redis_failed(error: &RedisError) -> StoreError {
    let message = format!("views on Redis: {error}");
    let passes = match error.kind() {
        ErrorKind::Io | ErrorKind::ClusterConnectionNotFound => true,
        ErrorKind::Server(kind) => matches!(
            kind,
            ServerErrorKind::BusyLoading
                | ServerErrorKind::TryAgain
                | ServerErrorKind::ClusterDown
                | ServerErrorKind::MasterDown
                | ServerErrorKind::ReadOnly
                | ServerErrorKind::NoScript
        ),
        _ => error
            .code()
            .is_some_and(|code| PASSING_CODES.contains(&code)),
    };
    match passes {
        true => StoreError::Unavailable(message.into()),
        false => StoreError::Broken(message.into()),
    }
}

/// What is stored is not what this crate writes.
pub(crate) fn damaged(text: &str) -> StoreError {
    StoreError::Broken(format!("views on Redis: `{text}` is not what was written").into())
}
