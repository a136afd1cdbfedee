use serde::Serialize;

use crate::CheckStatus;

/// What a probe has found. Warnings and failures always have a fix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    pub(crate) status: CheckStatus,
    pub(crate) detail: String,
    pub(crate) fix: Option<Fix>,
}

/// What to do about a finding.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fix {
    /// A sentence for people.
    pub text: String,
    /// A command that can be copied into a shell, if one helps.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub command: Option<String>,
}

impl Finding {
    /// Everything is as it should be.
    pub fn ok(detail: impl Into<String>) -> Self {
        Self::new(CheckStatus::Ok, detail, None)
    }

    /// The check does not apply here, for this reason.
    pub fn skipped(reason: impl Into<String>) -> Self {
        Self::new(CheckStatus::Skipped, reason, None)
    }

    /// It works, but deserves attention.
    pub fn warn(detail: impl Into<String>, fix: Fix) -> Self {
        Self::new(CheckStatus::Warn, detail, Some(fix))
    }

    /// Something is missing or wrong.
    pub fn fail(detail: impl Into<String>, fix: Fix) -> Self {
        Self::new(CheckStatus::Fail, detail, Some(fix))
    }

    /// Returns the verdict.
    pub const fn status(&self) -> CheckStatus {
        self.status
    }

    /// Returns what was found.
    pub fn detail(&self) -> &str {
        &self.detail
    }

    /// Returns what to do.
    pub const fn fix(&self) -> Option<&Fix> {
        self.fix.as_ref()
    }

    fn new(status: CheckStatus, detail: impl Into<String>, fix: Option<Fix>) -> Self {
        Self {
            status,
            detail: detail.into(),
            fix,
        }
    }
}

impl Fix {
    /// Creates a fix that is described in words.
    pub fn new(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            command: None,
        }
    }

    /// Adds a command.
    #[must_use]
    pub fn command(self, command: impl Into<String>) -> Self {
        Self {
            command: Some(command.into()),
            ..self
        }
    }
}
