use odd_core::ports::StoreError;

/// Why a command about an alert failed.
#[derive(Debug)]
pub(crate) enum AlertCommandError {
    /// There is no active alert with this id.
    NotFound,
    /// The source does not know the command, or there is no source.
    Refused(&'static str),
    /// The source did not answer as it should.
    Unavailable(String),
    /// The alerts cannot be written.
    Store(StoreError),
}
