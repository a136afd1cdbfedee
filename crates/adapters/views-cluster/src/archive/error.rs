use mongodb::error::{Error, ErrorKind, RETRYABLE_WRITE_ERROR};
use odd_core::ports::StoreError;

use crate::backend::{failed, tls_error};

/// Codes of a server that changes its role, shuts down, lacks a resource, or timed out:
/// <https://www.mongodb.com/docs/manual/reference/error-codes/>. Code 1, an internal error, is also what FerretDB reports for
/// every failure of its storage, for example when the database is dropped during the call.
const TRANSIENT_CODES: [i32; 19] = [
    1, 6, 7, 24, 50, 64, 89, 91, 112, 134, 189, 202, 262, 9001, 10107, 11600, 11602, 13435, 13436,
];

/// Converts a failed call. The source is the error's kind only: the rest of a driver error may contain documents.
pub(super) fn mongo_failed(error: &Error) -> StoreError {
    let is_transient = match &*error.kind {
        ErrorKind::Io(io) => {
            if let Some(tls) = tls_error(io) {
                return failed(true, "the archive on MongoDB: TLS handshake failed", tls);
            }
            true
        }
        ErrorKind::ConnectionPoolCleared { .. } | ErrorKind::DnsResolve { .. } => true,
        ErrorKind::Command(command) => is_transient_code(command.code),
        _ => false,
    };
    failed(
        is_transient || error.contains_label(RETRYABLE_WRITE_ERROR),
        "the archive on MongoDB: call failed",
        (*error.kind).clone(),
    )
}

/// Converts the failure to select a server, which `selection` describes. A retry may succeed even if the last
/// failed heartbeat, `heartbeat_error`, was rejected for good: that may be another server's.
pub(super) fn no_server(selection: &str, heartbeat_error: Option<&Error>) -> StoreError {
    let message = format!("the archive on MongoDB: {selection}");
    match heartbeat_error.map(|error| &*error.kind) {
        None => StoreError::Unavailable(message.into()),
        Some(ErrorKind::Io(io)) => match tls_error(io) {
            Some(tls) => StoreError::unavailable(message, tls),
            None => StoreError::unavailable(message, ErrorKind::Io(io.clone())),
        },
        Some(kind) => StoreError::unavailable(message, kind.clone()),
    }
}

pub(super) fn is_transient_code(code: i32) -> bool {
    TRANSIENT_CODES.contains(&code)
}

/// Returns the code of a command that the server rejected.
pub(super) fn rejection_code(error: &Error) -> Option<i32> {
    match &*error.kind {
        ErrorKind::Command(command) => Some(command.code),
        _ => None,
    }
}

/// Creates the error for stored data that this crate cannot have written.
pub(super) fn damaged(source: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> StoreError {
    StoreError::broken("the archive on MongoDB is damaged", source)
}

/// Creates the error for a URL that the driver rejects. Keeps the text without the password instead of the source, because
/// the driver may repeat the URL.
pub(super) fn invalid_url(error: &Error, url: &str) -> StoreError {
    let reason = without_password(&error.kind.to_string(), url);
    StoreError::Broken(format!("the URL of the archive on MongoDB is invalid: {reason}").into())
}

fn without_password(text: &str, url: &str) -> String {
    let user_info = url
        .split_once("://")
        .and_then(|(_, rest)| rest.rsplit_once('@'));
    let password = user_info.and_then(|(user, _)| user.split_once(':'));
    match password {
        Some((_, password)) if !password.is_empty() => text.replace(password, "***"),
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use std::error::Error as _;

    use super::*;

    #[test]
    fn internal_error_of_the_server_is_transient() {
        let command = |code: i32| {
            let answer =
                mongodb::bson::doc! { "code": code, "codeName": "", "errmsg": "disk I/O error" };
            let command = mongodb::bson::deserialize_from_document(answer).expect("an error");
            Error::from(ErrorKind::Command(command))
        };
        assert!(mongo_failed(&command(1)).is_transient());
        assert!(!mongo_failed(&command(13)).is_transient());
    }

    #[test]
    fn missing_server_is_transient_even_if_a_heartbeat_was_rejected() {
        let rejected = Error::custom("rejected");
        assert!(!mongo_failed(&rejected).is_transient());
        let error = no_server("no primary within 3 s", Some(&rejected));
        assert!(error.is_transient());
        assert!(
            error.to_string().contains("no primary within 3 s"),
            "{error}"
        );
        let source = error.source().and_then(|source| source.downcast_ref());
        assert!(matches!(source, Some(ErrorKind::Custom(_))), "{error:?}");
    }
}
