use std::ops::Range;

use odd_contracts::JobStatus;

use super::limits::{MAX_NEGATED, MAX_REPEATED};
use super::{Condition, FilterError, FilterKey, Term, When};

/// Checks the terms of a filter together: the server must accept them, and a job that meets all of them must be possible.
pub(super) fn check(terms: &[(Range<usize>, Term)]) -> Result<(), FilterError> {
    for key in [
        FilterKey::Type,
        FilterKey::Queue,
        FilterKey::Since,
        FilterKey::Until,
        FilterKey::Id,
        FilterKey::Fingerprint,
    ] {
        check_single(terms, key)?;
    }
    check_counts(terms)?;
    check_opposites(terms)?;
    check_statuses(terms)?;
    check_times(terms)
}

fn check_single(terms: &[(Range<usize>, Term)], key: FilterKey) -> Result<(), FilterError> {
    let same =
        |(_, term): &&(Range<usize>, Term)| !term.negated && term.condition.key() == Some(key);
    match terms.iter().filter(same).nth(1) {
        None => Ok(()),
        Some((span, _)) => Err(FilterError::new(
            span.clone(),
            format!("{key} is given twice, and a job must meet every term"),
        )
        .hint("remove one of the terms")),
    }
}

fn check_counts(terms: &[(Range<usize>, Term)]) -> Result<(), FilterError> {
    for (at, (span, term)) in terms.iter().enumerate() {
        let (key, negated) = (term.condition.key(), term.negated);
        let most = match (key, negated) {
            (Some(FilterKey::Status), _) => continue,
            (None, _) | (_, false) => MAX_REPEATED,
            (_, true) => MAX_NEGATED,
        };
        let earlier = terms[..at].iter();
        let same =
            earlier.filter(|(_, other)| (other.condition.key(), other.negated) == (key, negated));
        if same.count() >= most {
            let what = key.map_or("searched texts".to_owned(), |key| {
                format!("terms with {key}")
            });
            return Err(FilterError::new(
                span.clone(),
                format!("there are more than {most} {what}"),
            ));
        }
    }
    Ok(())
}

fn check_opposites(terms: &[(Range<usize>, Term)]) -> Result<(), FilterError> {
    for (at, (span, term)) in terms.iter().enumerate() {
        let is_opposite = |(_, other): &(Range<usize>, Term)| {
            other.negated != term.negated && are_equal(&other.condition, &term.condition)
        };
        if terms[..at].iter().any(is_opposite) {
            return Err(FilterError::new(
                span.clone(),
                "this term is the opposite of one before it, and a job must meet every term",
            )
            .hint("remove one of the two terms"));
        }
    }
    Ok(())
}

/// Whether the same jobs meet both conditions. Statuses are compared with each other elsewhere.
fn are_equal(one: &Condition, other: &Condition) -> bool {
    match (one, other) {
        (Condition::Status(_), _) => false,
        (Condition::Text(one), Condition::Text(other)) => one.eq_ignore_ascii_case(other),
        _ => one == other,
    }
}

fn check_statuses(terms: &[(Range<usize>, Term)]) -> Result<(), FilterError> {
    let mut possible = JobStatus::ALL.to_vec();
    for (span, term) in terms {
        let Condition::Status(statuses) = &term.condition else {
            continue;
        };
        possible.retain(|status| statuses.contains(status) != term.negated);
        if possible.is_empty() {
            return Err(FilterError::new(
                span.clone(),
                "no status meets this term and the terms before it",
            )
            .hint("a job has one status; write several in one term: status:FAILED,CANCELLED"));
        }
    }
    Ok(())
}

fn check_times(terms: &[(Range<usize>, Term)]) -> Result<(), FilterError> {
    let (mut since, mut until) = (None, None);
    for (span, term) in terms {
        match term.condition {
            Condition::Since(when) => since = Some(when),
            Condition::Until(when) => until = Some(when),
            _ => continue,
        }
        let is_empty = match (since, until) {
            (Some(When::At(since)), Some(When::At(until))) => since >= until,
            (Some(When::Ago(since)), Some(When::Ago(until))) => since <= until,
            _ => false,
        };
        if is_empty {
            return Err(FilterError::new(
                span.clone(),
                "no time is since the one and until the other",
            )
            .hint("since must be earlier than until"));
        }
    }
    Ok(())
}
