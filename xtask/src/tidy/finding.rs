use std::fmt;

/// The effect of a finding on the check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Severity {
    /// Printed only.
    Warning,
    /// Fails the check.
    Error,
}

/// A violation of a rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Finding {
    pub(crate) severity: Severity,
    place: String,
    message: String,
}

impl Finding {
    fn new(severity: Severity, place: impl fmt::Display, message: impl Into<String>) -> Self {
        Self {
            severity,
            place: place.to_string(),
            message: message.into(),
        }
    }

    pub(super) fn error(place: impl fmt::Display, message: impl Into<String>) -> Self {
        Self::new(Severity::Error, place, message)
    }

    pub(super) fn warning(place: impl fmt::Display, message: impl Into<String>) -> Self {
        Self::new(Severity::Warning, place, message)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.severity {
            Severity::Warning => "warning",
            Severity::Error => "error",
        };
        write!(f, "{kind}: {}: {}", self.place, self.message)
    }
}
