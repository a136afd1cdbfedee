use odd_client::{Condition, FilterError, JobFilter};
use odd_contracts::{Job, JobId, Timestamp};

use super::FilterTarget;
use super::filter_target::selects;
use crate::data::EventRow;

/// A filter of rows that are loaded already. Durations in it count back from the time at which it was set.
#[derive(Debug, Clone, Default)]
pub(crate) struct RowFilter {
    text: String,
    filter: JobFilter,
    set_at: Option<Timestamp>,
}

impl RowFilter {
    /// Reads a filter of `target`.
    ///
    /// # Errors
    /// See [`FilterTarget::parse`].
    pub(crate) fn parse(
        text: &str,
        target: FilterTarget,
        now: Timestamp,
    ) -> Result<Self, FilterError> {
        Ok(Self {
            text: text.to_owned(),
            filter: target.parse(text)?,
            set_at: Some(now),
        })
    }

    /// Returns the filter as it was typed.
    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// Whether every row is selected.
    pub(crate) fn is_empty(&self) -> bool {
        self.filter.is_empty()
    }

    pub(crate) fn selects_event(&self, row: &EventRow) -> bool {
        let id = self.needs_id().then(|| row.job_id.to_string());
        let texts = [
            row.event_type.as_str(),
            &row.job_type,
            row.status.as_str(),
            &row.note,
            row.worker.as_deref().unwrap_or_default(),
            id.as_deref().unwrap_or_default(),
        ];
        selects(&self.filter, |condition| match condition {
            Condition::Status(statuses) => statuses.contains(&row.status),
            Condition::Type(name) => row.job_type == name.as_str(),
            Condition::Queue(name) => row.queue == name.as_str(),
            Condition::Text(text) => contains(&texts, text),
            other => self.meets_common(other, row.job_id, row.at),
        })
    }

    pub(crate) fn selects_job(&self, job: &Job) -> bool {
        let id = self.needs_id().then(|| job.id.to_string());
        let metadata = job.metadata.values().map(String::as_str);
        let texts = [
            job.job_type.as_str(),
            id.as_deref().unwrap_or_default(),
            job.unique_key.as_deref().unwrap_or_default(),
            job.payload.as_ref().map_or("", |payload| payload.get()),
            job.error.as_ref().map_or("", |error| &error.message),
        ];
        let texts: Vec<&str> = texts.into_iter().chain(metadata).collect();
        selects(&self.filter, |condition| match condition {
            Condition::Status(statuses) => statuses.contains(&job.status),
            Condition::Type(name) => job.job_type == *name,
            Condition::Queue(name) => job.queue == *name,
            Condition::Tag(tag) => job.tags.contains(tag),
            Condition::Fingerprint(fingerprint) => job.fingerprint == Some(*fingerprint),
            Condition::Text(text) => contains(&texts, text),
            other => self.meets_common(other, job.id, job.created_at),
        })
    }

    /// Whether ids are searched, so that they have to be written as text.
    fn needs_id(&self) -> bool {
        let mut terms = self.filter.terms().iter();
        terms.any(|term| matches!(term.condition, Condition::Text(_)))
    }

    fn meets_common(&self, condition: &Condition, id: JobId, at: Timestamp) -> bool {
        let Some(set_at) = self.set_at else {
            return true;
        };
        match condition {
            Condition::Since(when) => at >= when.at(set_at),
            Condition::Until(when) => at < when.at(set_at),
            Condition::Id(part) => part.matches(id),
            _ => true,
        }
    }
}

/// Whether one of the texts contains the searched one, in any case.
fn contains(texts: &[&str], searched: &str) -> bool {
    let searched = searched.to_lowercase();
    texts
        .iter()
        .any(|text| text.to_lowercase().contains(&searched))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::trial::job;

    fn selects(text: &str) -> bool {
        let job = job(7);
        let now = job.created_at.minus_millis(0);
        let filter = RowFilter::parse(text, FilterTarget::DeadLetters, now).expect("valid");
        filter.selects_job(&job)
    }

    #[test]
    fn dead_letters_are_selected_by_what_they_have() {
        for text in [
            "",
            "type:email.send",
            "queue:mail tag:nightly",
            "!tag:weekly",
            "id:0193a1b2",
            "Refused",
            "welcome-7",
            "growth",
            "until:2027-01-01T00:00:00Z",
            "since:1h",
        ] {
            assert!(selects(text), "{text}");
        }
        for text in [
            "type:email",
            "!queue:mail",
            "tag:x",
            "until:1h",
            "nothing",
            "!refused",
        ] {
            assert!(!selects(text), "{text}");
        }
    }
}
