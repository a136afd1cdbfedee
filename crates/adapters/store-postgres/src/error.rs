use std::error::Error;
use std::io;

use deadpool_postgres::PoolError;
use odd_core::Refusal;
use odd_core::ports::StoreError;
use tokio_postgres::error::SqlState;

/// Why an operation on the database failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DbError {
    /// A statement, or the connection during a statement.
    #[error("PostgreSQL did not complete a statement")]
    Statement(#[source] tokio_postgres::Error),
    /// No connection within the time limit.
    #[error("no connection to PostgreSQL")]
    Pool(#[from] PoolError),
    /// The server did not finish the login within the time limit.
    #[error("PostgreSQL did not accept the connection in time")]
    ConnectTimeout,
    /// A connection outside of the pools ended, or does not answer.
    #[error("the connection to PostgreSQL was lost")]
    ConnectionLost,
    /// A row holds a value that this version cannot read.
    #[error("PostgreSQL holds unreadable data: {what}")]
    Damaged {
        what: String,
        source: Option<Box<dyn Error + Send + Sync>>,
    },
    /// A row's status contradicts the condition that selected it.
    #[error("PostgreSQL holds a job in an unexpected status")]
    UnexpectedStatus(#[from] Refusal),
}

/// A result of the database.
pub(crate) type DbResult<T> = Result<T, DbError>;

/// Creates an error about stored data that this version cannot read.
pub(crate) fn damaged(what: impl Into<String>) -> DbError {
    DbError::Damaged {
        what: what.into(),
        source: None,
    }
}

/// Like [`damaged`], with the error that reading the data returned.
pub(crate) fn unreadable(
    what: impl Into<String>,
    source: impl Into<Box<dyn Error + Send + Sync>>,
) -> DbError {
    DbError::Damaged {
        what: what.into(),
        source: Some(source.into()),
    }
}

impl From<tokio_postgres::Error> for DbError {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Statement(error)
    }
}

impl DbError {
    fn state(&self) -> Option<&SqlState> {
        match self {
            Self::Statement(error) | Self::Pool(PoolError::Backend(error)) => error.code(),
            _ => None,
        }
    }

    /// Returns `true` if a concurrent transaction was in the way, so that an immediate retry may succeed.
    pub(crate) fn is_conflict(&self) -> bool {
        self.state().is_some_and(|state| {
            *state == SqlState::T_R_DEADLOCK_DETECTED
                || *state == SqlState::T_R_SERIALIZATION_FAILURE
                || *state == SqlState::UNIQUE_VIOLATION
        })
    }

    /// Returns `true` if a statement did not get its locks in time.
    pub(crate) fn is_lock_timeout(&self) -> bool {
        self.state().is_some_and(|state| {
            *state == SqlState::QUERY_CANCELED
                || *state == SqlState::LOCK_NOT_AVAILABLE
                || *state == SqlState::T_R_DEADLOCK_DETECTED
        })
    }

    pub(crate) fn is_transient(&self) -> bool {
        match (self, self.state()) {
            (_, Some(state)) => is_transient(state),
            (Self::Statement(error), None) => !is_about_a_value(error),
            (Self::Pool(_) | Self::ConnectTimeout | Self::ConnectionLost, None) => true,
            (Self::Damaged { .. } | Self::UnexpectedStatus(_), None) => false,
        }
    }
}

impl From<DbError> for StoreError {
    fn from(error: DbError) -> Self {
        match error.is_transient() {
            true => Self::unavailable("the operation in PostgreSQL did not succeed", error),
            false => Self::broken("the operation in PostgreSQL failed", error),
        }
    }
}

/// Returns `true` if a statement without SQLSTATE failed because of its parameters or its answer. The driver reports a lost
/// connection without a source or with an I/O error. An I/O error of the kind `InvalidInput` is a message that it cannot
/// encode, for example above the protocol's limit of 2 GiB; few answers that it cannot parse have the same kind.
fn is_about_a_value(error: &tokio_postgres::Error) -> bool {
    error
        .source()
        .is_some_and(|source| match source.downcast_ref::<io::Error>() {
            Some(error) => error.kind() == io::ErrorKind::InvalidInput,
            None => true,
        })
}

/// Returns `true` for classes of SQLSTATE (PostgreSQL documentation, appendix A) that do not depend on the statement:
/// connection exceptions, transaction rollbacks, insufficient resources, operator interventions, failures outside of
/// the database, a lock that was not free, and a server that is read-only.
fn is_transient(state: &SqlState) -> bool {
    const CLASSES: [&str; 5] = ["08", "40", "53", "57", "58"];
    CLASSES.iter().any(|class| state.code().starts_with(class))
        || *state == SqlState::LOCK_NOT_AVAILABLE
        || *state == SqlState::READ_ONLY_SQL_TRANSACTION
        || *state == SqlState::UNIQUE_VIOLATION
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio_postgres::NoTls;

    use super::*;

    #[tokio::test]
    async fn unreachable_server_is_worth_a_retry_and_an_invalid_value_is_not() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let port = listener.local_addr().expect("an address").port();
        drop(listener);
        let url = format!("postgresql://user@127.0.0.1:{port}/database");
        let unreachable = tokio_postgres::connect(&url, NoTls).await;
        let unreachable = DbError::from(unreachable.err().expect("no server listens"));
        assert!(StoreError::from(unreachable).is_transient());

        let invalid = "port=none".parse::<tokio_postgres::Config>();
        let invalid = DbError::from(invalid.expect_err("not a number"));
        assert!(!StoreError::from(invalid).is_transient());
    }

    /// Returns the error of a query over a connection to a server that answers each query with `answer`.
    async fn query_error(sql: &str, answer: &'static [u8]) -> StoreError {
        /// The login succeeded; the session is ready.
        const LOGIN: &[u8] = b"R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I";
        let (stream, mut server) = tokio::io::duplex(1024);
        tokio::spawn(async move {
            let mut request = [0; 1024];
            let mut reply = LOGIN;
            while server.read(&mut request).await.is_ok_and(|size| size > 0) {
                server.write_all(reply).await.expect("the client reads");
                reply = answer;
            }
        });
        let mut config = tokio_postgres::Config::new();
        let connecting = config.user("user").connect_raw(stream, NoTls);
        let (client, connection) = connecting.await.expect("the login succeeds");
        tokio::spawn(connection);
        let failed = client.simple_query(sql).await;
        StoreError::from(DbError::from(failed.expect_err("no result")))
    }

    #[tokio::test]
    async fn incomplete_answer_is_worth_a_retry_and_an_unsendable_statement_is_not() {
        // A row description that announces one column and ends.
        let incomplete = query_error("SELECT 1", b"T\0\0\0\x06\0\x01Z\0\0\0\x05I").await;
        assert!(incomplete.is_transient(), "{incomplete:?}");
        let unsendable = query_error("SELECT '\0'", b"").await;
        assert!(!unsendable.is_transient(), "{unsendable:?}");
    }

    #[test]
    fn unreadable_rows_keep_their_source_and_are_not_retried() {
        let source = "x".parse::<u8>().expect_err("not a number");
        let error = StoreError::from(unreadable("column version", source.clone()));
        assert!(!error.is_transient());
        let db_error = error.source().expect("the operation's error");
        let source_text = db_error.source().expect("the column's error").to_string();
        assert_eq!(source_text, source.to_string());
    }
}
