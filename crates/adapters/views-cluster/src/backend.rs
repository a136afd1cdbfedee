//! What the connections to both servers share.

use std::error::Error;
use std::io;
use std::time::Duration;

use odd_core::ports::StoreError;

/// Installs the TLS implementation of this process, unless one is installed already. This build contains only one.
pub(crate) fn install_crypto_provider() {
    let _ = rustls::crypto::ring::default_provider().install_default();
}

/// Creates the port's error for a failed call. A transient error is worth a retry.
pub(crate) fn failed(
    is_transient: bool,
    message: &'static str,
    source: impl Into<Box<dyn Error + Send + Sync>>,
) -> StoreError {
    match is_transient {
        true => StoreError::unavailable(message, source),
        false => StoreError::broken(message, source),
    }
}

/// Creates the port's error for a call that was not answered in time.
pub(crate) fn no_answer(server: &str, limit: Duration) -> StoreError {
    StoreError::Unavailable(format!("{server}: no answer within {limit:?}").into())
}

/// Returns the TLS error, such as an untrusted certificate, that made a connection fail.
pub(crate) fn tls_error(error: &io::Error) -> Option<rustls::Error> {
    error.get_ref()?.downcast_ref::<rustls::Error>().cloned()
}
