use odd_contracts::{IdDigits, JobStatus, Timestamp};

use super::{Condition, JobFilter};
use crate::{JobRef, JobsQuery};

/// The largest page that the read-model returns.
const LARGEST_PAGE: usize = 200;

impl JobFilter {
    /// Returns the query for the first page of the selected jobs, newest first, with the largest limit.
    ///
    /// Durations count back from `now`: use the same query for all pages of a list, with another cursor.
    pub fn to_query(&self, now: Timestamp) -> JobsQuery {
        let mut query = JobsQuery {
            limit: LARGEST_PAGE,
            ..JobsQuery::default()
        };
        for term in self.terms() {
            match term.negated {
                false => select(&mut query, &term.condition, now),
                true => exclude(&mut query, &term.condition),
            }
        }
        query.statuses = self.statuses();
        query
    }

    /// Returns the selected statuses; none if all are.
    fn statuses(&self) -> Vec<JobStatus> {
        let mut statuses = JobStatus::ALL.to_vec();
        for term in self.terms() {
            if let Condition::Status(listed) = &term.condition {
                statuses.retain(|status| listed.contains(status) != term.negated);
            }
        }
        match statuses.len() == JobStatus::ALL.len() {
            true => Vec::new(),
            false => statuses,
        }
    }
}

fn select(query: &mut JobsQuery, condition: &Condition, now: Timestamp) {
    match condition {
        // Combined with the negated ones.
        Condition::Status(_) => {}
        Condition::Type(name) => query.job_type = Some(name.to_string()),
        Condition::Queue(name) => query.queue = Some(name.to_string()),
        Condition::Tag(tag) => query.tags.push(tag.clone()),
        Condition::Since(when) => query.since = Some(when.at(now)),
        Condition::Until(when) => query.until = Some(when.at(now)),
        Condition::Text(text) => query.texts.push(text.clone()),
        Condition::Fingerprint(fingerprint) => query.fingerprint = Some(*fingerprint),
        Condition::Id(JobRef::Part { prefix, suffix }) => {
            query.id_prefix = Some(prefix.clone());
            query.id_suffix.clone_from(suffix);
        }
        Condition::Id(JobRef::Id(id)) => {
            let digits: IdDigits = id.0.simple().to_string().parse().expect("32 digits");
            query.id_prefix = Some(digits);
        }
    }
}

fn exclude(query: &mut JobsQuery, condition: &Condition) {
    match condition {
        Condition::Type(name) => query.not_types.push(name.to_string()),
        Condition::Queue(name) => query.not_queues.push(name.to_string()),
        Condition::Tag(tag) => query.not_tags.push(tag.clone()),
        Condition::Text(text) => query.not_texts.push(text.clone()),
        Condition::Status(_) => {}
        // The parser refuses their negation.
        Condition::Since(_)
        | Condition::Until(_)
        | Condition::Id(_)
        | Condition::Fingerprint(_) => {}
    }
}
