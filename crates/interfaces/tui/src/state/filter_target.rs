use odd_client::{Condition, FilterError, FilterKey, JobFilter};

use crate::view::View;

/// The table that a filter selects rows of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum FilterTarget {
    Jobs,
    Events,
    DeadLetters,
}

impl FilterTarget {
    /// Returns the table that a filter applies to which is typed in `view`: the jobs, unless the view has its own.
    pub(crate) fn of_view(view: View) -> Self {
        match view {
            View::Events => Self::Events,
            View::Queues => Self::DeadLetters,
            View::Overview | View::Jobs | View::Services | View::Alerts => Self::Jobs,
        }
    }

    /// Whether rows of this table have what a term with the key compares.
    pub(crate) fn has(self, key: FilterKey) -> bool {
        match self {
            Self::Jobs => true,
            Self::Events => !matches!(key, FilterKey::Tag | FilterKey::Fingerprint),
            Self::DeadLetters => key != FilterKey::Status,
        }
    }

    /// Reads a filter of this table.
    ///
    /// # Errors
    /// When it is not valid, or compares what the rows do not have.
    pub(crate) fn parse(self, text: &str) -> Result<JobFilter, FilterError> {
        let filter: JobFilter = text.parse()?;
        let keys = filter.terms().iter().map(|term| term.condition.key());
        match keys.flatten().find(|key| !self.has(*key)) {
            None => Ok(filter),
            Some(key) => Err(self.refusal(text, key)),
        }
    }

    fn refusal(self, text: &str, key: FilterKey) -> FilterError {
        let written = format!("{key}:");
        let start = text.find(&written).unwrap_or(0);
        let keys = FilterKey::ALL.into_iter().filter(|key| self.has(*key));
        let keys: Vec<&str> = keys.map(FilterKey::as_str).collect();
        let what = match self {
            Self::DeadLetters => "every dead letter is FAILED".to_owned(),
            Self::Events | Self::Jobs => format!("events have no {key}s"),
        };
        FilterError {
            span: start..(start + written.len()).min(text.len()),
            what,
            hint: Some(format!("filter by {} or text", keys.join(", "))),
            replacement: None,
        }
    }
}

/// Whether a term selects what `meets` compares.
pub(super) fn selects(filter: &JobFilter, meets: impl Fn(&Condition) -> bool) -> bool {
    let mut terms = filter.terms().iter();
    terms.all(|term| meets(&term.condition) != term.negated)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn terms_that_the_rows_cannot_meet_are_refused() {
        let error = FilterTarget::Events.parse("type:a !tag:slow");
        let error = error.expect_err("events have no tags");
        assert_eq!(
            (error.span, error.what.as_str()),
            (8..12, "events have no tags")
        );
        assert_eq!(
            error.hint.as_deref(),
            Some("filter by status, type, queue, since, until, id or text")
        );
        assert!(FilterTarget::DeadLetters.parse("status:FAILED").is_err());
        for text in [
            "type:a",
            "!status:FAILED",
            "id:0192f0c1",
            "since:1h",
            "queue:a",
            "boom",
        ] {
            assert!(FilterTarget::Events.parse(text).is_ok(), "{text}");
        }
        assert!(
            FilterTarget::DeadLetters
                .parse("queue:slow tag:x boom")
                .is_ok()
        );
        assert!(FilterTarget::Events.parse("staus:FAILED").is_err());
    }
}
