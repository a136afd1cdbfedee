use deadpool_postgres::PoolError;
use odd_core::ports::StoreError;
use tokio_postgres::error::SqlState;

/// What went wrong with a statement, as far as this crate tells apart.
#[derive(Debug, thiserror::Error)]
pub(crate) enum DbError {
    /// The driver's word.
    #[error(transparent)]
    Postgres(#[from] tokio_postgres::Error),
    /// No connection in time.
    #[error(transparent)]
    Pool(#[from] PoolError),
    /// A row holds what this version cannot read.
    #[error("{0}")]
    Damaged(String),
}

/// A result of the database.
pub(crate) type DbResult<T> = Result<T, DbError>;

pub(crate) fn damaged(what: impl Into<String>) -> DbError {
    DbError::Damaged(what.into())
}

impl DbError {
    fn state(&self) -> Option<&SqlState> {
        match self {
            Self::Postgres(error) | Self::Pool(PoolError::Backend(error)) => error.code(),
            _ => None,
        }
    }

    /// The transaction met another one that was in its way: the same again may succeed at once.
    pub(crate) fn is_conflict(&self) -> bool {
        self.state().is_some_and(|state| {
            *state == SqlState::T_R_DEADLOCK_DETECTED
                || *state == SqlState::T_R_SERIALIZATION_FAILURE
                || *state == SqlState::UNIQUE_VIOLATION
        })
    }
}

impl From<DbError> for StoreError {
    fn from(error: DbError) -> Self {
        let text = text_of(&error);
        match (&error, error.state()) {
            (DbError::Damaged(_), _) => Self::Broken(text.into()),
            (DbError::Postgres(inner), None) if is_about_a_value(inner) => {
                Self::Broken(text.into())
            }
            // Without a state: the connection broke, or was not to be had.
            (_, None) => Self::Unavailable(text.into()),
            (_, Some(state)) if may_pass(state) => Self::Unavailable(text.into()),
            _ => Self::Broken(text.into()),
        }
    }
}

/// Whether a value did not suit its column. The driver tells its kinds of errors apart by their words alone.
fn is_about_a_value(error: &tokio_postgres::Error) -> bool {
    let text = error.to_string();
    let kinds = ["error serializing", "error deserializing", "invalid column"];
    kinds.iter().any(|kind| text.starts_with(kind))
}

/// Classes of SQLSTATE (PostgreSQL documentation, appendix A) that say nothing against the statement: connection
/// exceptions, transaction rollbacks, insufficient resources, operator interventions, failures outside of the database,
/// a lock that was not free, and a server that takes no writes.
fn may_pass(state: &SqlState) -> bool {
    const CLASSES: [&str; 5] = ["08", "40", "53", "57", "58"];
    CLASSES.iter().any(|class| state.code().starts_with(class))
        || *state == SqlState::LOCK_NOT_AVAILABLE
        || *state == SqlState::READ_ONLY_SQL_TRANSACTION
        || *state == SqlState::UNIQUE_VIOLATION
}

/// The whole chain in one line; the driver keeps the server's words in the source.
fn text_of(error: &DbError) -> String {
    let mut text = format!("PostgreSQL: {error}");
    let mut source = std::error::Error::source(error);
    while let Some(cause) = source {
        text.push_str(": ");
        text.push_str(&cause.to_string());
        source = cause.source();
    }
    text
}
