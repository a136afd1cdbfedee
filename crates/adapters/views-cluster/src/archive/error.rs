use mongodb::error::{Error, ErrorKind, RETRYABLE_WRITE_ERROR};
use odd_core::ports::StoreError;

/// Codes of a server that changes its role, shuts down, is short of something, or was too slow:
/// <https://www.mongodb.com/docs/manual/reference/error-codes/>.
const PASSING_CODES: [i32; 18] = [
    6, 7, 24, 50, 64, 89, 91, 112, 134, 189, 202, 262, 9001, 10107, 11600, 11602, 13435, 13436,
];

/// What a failed call means to those behind the port. Says nothing of what was sent.
pub(super) fn mongo_failed(error: &Error) -> StoreError {
    let message = format!("the archive on MongoDB: {}", error.kind);
    let passes = match &*error.kind {
        ErrorKind::Io(_)
        | ErrorKind::ServerSelection { .. }
        | ErrorKind::ConnectionPoolCleared { .. }
        | ErrorKind::DnsResolve { .. } => true,
        ErrorKind::Command(command) => passing_code(command.code),
        _ => false,
    };
    match passes || error.contains_label(RETRYABLE_WRITE_ERROR) {
        true => StoreError::Unavailable(message.into()),
        false => StoreError::Broken(message.into()),
    }
}

pub(super) fn passing_code(code: i32) -> bool {
    PASSING_CODES.contains(&code)
}

/// The code of a command that was refused.
pub(super) fn refusal(error: &Error) -> Option<i32> {
    match &*error.kind {
        ErrorKind::Command(command) => Some(command.code),
        _ => None,
    }
}

/// What is stored is not what this crate writes.
pub(super) fn damaged(what: impl std::fmt::Display) -> StoreError {
    StoreError::Broken(format!("the archive on MongoDB is damaged: {what}").into())
}

/// `message` without the password of `url`, which drivers may repeat where they complain of the URL.
pub(super) fn without_password(message: &str, url: &str) -> String {
    let user_info = url
        .split_once("://")
        .and_then(|(_, rest)| rest.rsplit_once('@'));
    let password = user_info.and_then(|(user, _)| user.split_once(':'));
    match password {
        Some((_, password)) if !password.is_empty() => message.replace(password, "***"),
        _ => message.to_owned(),
    }
}
