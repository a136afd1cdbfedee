use std::borrow::Cow;
use std::error::Error;
use std::fmt;
use std::sync::Arc;

/// Why a store, log or view could not do what was asked. Retry logic reads nothing but the variant.
///
/// The text names the failure but not its source; log the error as [`ErrorChain`] to see both.
#[derive(Debug, Clone)]
pub enum StoreError {
    /// May pass: the back end is busy, full or out of reach. Nothing was changed, or it is unknown whether it was.
    Unavailable(Failure),
    /// Will not pass: a defect, or damaged data.
    Broken(Failure),
    /// The store has been closed.
    Closed,
}

/// A failure of a back end: a message, and the driver's error if there is one.
#[derive(Debug, Clone)]
pub struct Failure {
    message: Cow<'static, str>,
    source: Option<Arc<dyn Error + Send + Sync>>,
}

impl StoreError {
    /// Creates an [`Unavailable`](Self::Unavailable) error with its source.
    pub fn unavailable(
        message: impl Into<Cow<'static, str>>,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self::Unavailable(Failure::new(message, source))
    }

    /// Creates a [`Broken`](Self::Broken) error with its source.
    pub fn broken(
        message: impl Into<Cow<'static, str>>,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self::Broken(Failure::new(message, source))
    }

    /// Returns `true` if a retry may succeed.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}

impl fmt::Display for StoreError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unavailable(failure) => write!(f, "the store is not available: {failure}"),
            Self::Broken(failure) => write!(f, "the store failed: {failure}"),
            Self::Closed => f.write_str("the store is closed"),
        }
    }
}

impl Error for StoreError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        match self {
            Self::Unavailable(failure) | Self::Broken(failure) => failure
                .source
                .as_ref()
                .map(|source| &**source as &(dyn Error + 'static)),
            Self::Closed => None,
        }
    }
}

impl Failure {
    /// Creates a failure that `source` caused. `message` says what could not be done.
    pub fn new(
        message: impl Into<Cow<'static, str>>,
        source: impl Into<Box<dyn Error + Send + Sync>>,
    ) -> Self {
        Self {
            message: message.into(),
            source: Some(source.into().into()),
        }
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl From<&'static str> for Failure {
    fn from(message: &'static str) -> Self {
        Self {
            message: message.into(),
            source: None,
        }
    }
}

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self {
            message: message.into(),
            source: None,
        }
    }
}

/// Displays an error with its sources in one line, separated by `: `. For logs, and nothing else: a log line is the one
/// place where the whole chain is written.
///
/// Some drivers already end their text with that of their source. Such a source is not repeated.
///
/// ```
/// use odd_core::ports::{ErrorChain, StoreError};
///
/// let source = std::io::Error::other("no space left on device");
/// let error = StoreError::unavailable("cannot write the data file", source);
/// assert_eq!(
///     ErrorChain(&error).to_string(),
///     "the store is not available: cannot write the data file: no space left on device"
/// );
/// ```
pub struct ErrorChain<'a>(pub &'a (dyn Error + 'static));

impl fmt::Display for ErrorChain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut written = self.0.to_string();
        f.write_str(&written)?;
        let mut source = self.0.source();
        while let Some(error) = source {
            let text = error.to_string();
            if !written.ends_with(&text) {
                write!(f, ": {text}")?;
                written = text;
            }
            source = error.source();
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_leaves_out_the_source() {
        let error = StoreError::broken("cannot read a row", "column 3 is not a number");
        assert_eq!(error.to_string(), "the store failed: cannot read a row");
        let source = error.source().expect("a source").to_string();
        assert_eq!(source, "column 3 is not a number");
    }

    #[derive(Debug, thiserror::Error)]
    #[error("IO error: {0}")]
    struct DriverError(#[source] std::io::Error);

    #[test]
    fn chain_omits_a_source_that_the_text_before_it_contains() {
        let driver_error = DriverError(std::io::Error::other("connection refused"));
        let error = StoreError::unavailable("cannot publish", driver_error);
        assert_eq!(
            ErrorChain(&error).to_string(),
            "the store is not available: cannot publish: IO error: connection refused"
        );
    }

    #[test]
    fn only_unavailable_stores_are_worth_a_retry() {
        assert!(StoreError::Unavailable("busy".into()).is_transient());
        assert!(!StoreError::Broken("damaged".into()).is_transient());
        assert!(!StoreError::Closed.is_transient());
    }
}
