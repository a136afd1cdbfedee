use std::error::Error;
use std::io;
use std::sync::Arc;

use odd_core::ports::StoreError;
use redis::{ErrorKind, RedisError, ServerErrorKind};

use crate::backend::{failed, tls_error};

/// Codes of a server that lacks a resource, or waits for another server.
const TRANSIENT_CODES: [&str; 6] = [
    "OOM",
    "MISCONF",
    "NOREPLICAS",
    "BUSY",
    "UNBLOCKED",
    "LOADING",
];

/// Converts a failed call. Messages of the driver contain neither the URL nor the password.
pub(super) fn redis_failed(error: RedisError) -> StoreError {
    if let Some(tls) = connection_error(&error).and_then(tls_error) {
        return failed(true, "views on Redis: TLS handshake failed", tls);
    }
    let is_transient = match error.kind() {
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
            .is_some_and(|code| TRANSIENT_CODES.contains(&code)),
    };
    failed(is_transient, "views on Redis: call failed", error)
}

/// Returns the I/O error inside a driver error, which shares it behind an [`Arc`].
fn connection_error(error: &RedisError) -> Option<&io::Error> {
    let source = error.source()?;
    match source.downcast_ref::<Arc<dyn Error + Send + Sync>>() {
        Some(shared) => shared.downcast_ref(),
        None => source.downcast_ref(),
    }
}

/// Creates the error for a stored value that this crate cannot have written.
pub(super) fn damaged(value: &str) -> StoreError {
    StoreError::Broken(format!("views on Redis: unexpected value `{value}`").into())
}
