use std::ops::Range;

/// A part of a filter that is not valid.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{what}")]
pub struct FilterError {
    /// The bytes of the text that are wrong.
    pub span: Range<usize>,
    /// What is wrong with them.
    pub what: String,
    /// What to write instead, in words.
    pub hint: Option<String>,
    /// A text to replace the wrong bytes with, if a spelling error is likely.
    pub replacement: Option<String>,
}

impl FilterError {
    pub(super) fn new(span: Range<usize>, what: impl Into<String>) -> Self {
        Self {
            span,
            what: what.into(),
            hint: None,
            replacement: None,
        }
    }

    pub(super) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// Suggests a spelling.
    pub(super) fn meant(mut self, replacement: &str) -> Self {
        self.replacement = Some(replacement.to_owned());
        self.hint(format!("did you mean `{replacement}`?"))
    }
}
