use serde::Serialize;

/// The verdict of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum CheckStatus {
    /// Not checked, because it does not apply here.
    Skipped,
    /// As it should be.
    Ok,
    /// It works, but deserves attention.
    Warn,
    /// Something is missing or wrong.
    Fail,
}

impl CheckStatus {
    /// Returns the label of a line, such as `[OK]`.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Ok => "[OK]",
            Self::Warn => "[WARN]",
            Self::Fail => "[FAIL]",
            Self::Skipped => "[SKIP]",
        }
    }
}
