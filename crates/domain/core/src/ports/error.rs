/// Why a store, log or view could not do what was asked. Retry logic reads nothing but the variant.
#[derive(Debug, Clone, thiserror::Error)]
pub enum StoreError {
    /// May pass: the back end is busy, full or out of reach. Nothing was changed, or it is unknown whether it was.
    #[error("the store is not available: {0}")]
    Unavailable(String),
    /// Will not pass: a defect, or damaged data.
    #[error("the store failed: {0}")]
    Broken(String),
    /// The store has been closed.
    #[error("the store is closed")]
    Closed,
}

impl StoreError {
    /// Whether trying again may help.
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}
