use std::borrow::Cow;
use std::ops::Range;

use odd_contracts::JobStatus;

use super::word::{Word, words};
use super::{FilterKey, quote};

/// Most suggestions at a time.
const MOST: usize = 50;

/// Durations that are suggested for `since` and `until`.
const DURATIONS: [&str; 5] = ["15m", "1h", "6h", "1d", "7d"];

/// The values that jobs of this observatory have, as far as they are known, in the order in which they are suggested.
#[derive(Debug, Clone, Default)]
pub struct KnownValues {
    /// Job types.
    pub types: Vec<String>,
    /// Queues.
    pub queues: Vec<String>,
    /// Tags.
    pub tags: Vec<String>,
}

/// A text that may be part of a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Completion {
    /// The bytes of the filter that it replaces. The cursor belongs after the new text.
    pub span: Range<usize>,
    /// The new text.
    pub text: String,
    /// What it selects; empty for values.
    pub summary: &'static str,
}

/// Returns what the word at the cursor, a position in bytes, may become: keys, and the values of keys. At most 50.
///
/// ```
/// use odd_client::{KnownValues, completions};
///
/// let found = completions("status:COMPLETED,fa", 19, &KnownValues::default());
/// assert_eq!((found[0].text.as_str(), found[0].span.clone()), ("FAILED", 17..19));
/// ```
pub fn completions(filter: &str, cursor: usize, known: &KnownValues) -> Vec<Completion> {
    let cursor = filter.floor_char_boundary(cursor);
    let word = words(filter)
        .into_iter()
        .find(|word| (word.span.start..=word.span.end).contains(&cursor))
        .unwrap_or_else(|| empty_word(cursor));
    let mut found = match &word.key {
        Some(key) if cursor > key.end => values(filter, cursor, &word, known),
        Some(key) => keys(filter, cursor, key.clone(), "", word.is_negated),
        None if filter[word.value.clone()].starts_with('"') => Vec::new(),
        None => keys(filter, cursor, word.value.clone(), ":", word.is_negated),
    };
    found.truncate(MOST);
    found
}

fn empty_word(at: usize) -> Word {
    Word {
        span: at..at,
        is_negated: false,
        key: None,
        value: at..at,
        text: String::new(),
        fault: None,
    }
}

/// Suggests keys that begin with the text between the start of the span and the cursor.
fn keys(
    filter: &str,
    cursor: usize,
    span: Range<usize>,
    end: &str,
    is_negated: bool,
) -> Vec<Completion> {
    // The cursor may be before the `!`.
    let Some(begun) = filter.get(span.start..cursor) else {
        return Vec::new();
    };
    let fits =
        |key: &FilterKey| begins_with(key.as_str(), begun) && (key.can_be_negated() || !is_negated);
    let keys = FilterKey::ALL.into_iter().filter(fits);
    keys.map(|key| Completion {
        span: span.clone(),
        text: format!("{key}{end}"),
        summary: key.summary(),
    })
    .collect()
}

fn values(filter: &str, cursor: usize, word: &Word, known: &KnownValues) -> Vec<Completion> {
    let key = word.key.clone();
    let Some(key) = key.and_then(|key| FilterKey::parse(&filter[key])) else {
        return Vec::new();
    };
    let span = word.value.clone();
    let begun = filter[span.start..cursor].trim_start_matches('"');
    match key {
        FilterKey::Status => statuses(filter, cursor, span),
        FilterKey::Type => matching(&known.types, begun, &span),
        FilterKey::Queue => matching(&known.queues, begun, &span),
        FilterKey::Tag => matching(&known.tags, begun, &span),
        FilterKey::Since | FilterKey::Until => matching(&DURATIONS, begun, &span),
        FilterKey::Id | FilterKey::Fingerprint => Vec::new(),
    }
}

/// Suggests statuses for the entry at the cursor, without those of the other entries.
fn statuses(filter: &str, cursor: usize, list: Range<usize>) -> Vec<Completion> {
    let before = &filter[list.start..cursor];
    let start = before
        .rfind(',')
        .map_or(list.start, |comma| list.start + comma + 1);
    let after = &filter[cursor..list.end];
    let end = after.find(',').map_or(list.end, |comma| cursor + comma);
    let others = [&filter[list.start..start], &filter[end..list.end]]
        .concat()
        .to_uppercase();
    let is_listed = |status: &JobStatus| others.split(',').any(|other| other == status.as_str());
    let begun = &filter[start..cursor];
    let fitting = JobStatus::ALL
        .into_iter()
        .filter(|status| begins_with(status.as_str(), begun) && !is_listed(status));
    fitting
        .map(|status| value(status.as_str().into(), start..end))
        .collect()
}

/// Suggests the values that begin like the text, then those that contain it.
fn matching(known: &[impl AsRef<str>], begun: &str, span: &Range<usize>) -> Vec<Completion> {
    let known = || known.iter().map(AsRef::as_ref);
    let begins = known().filter(|value| begins_with(value, begun));
    let contains = known().filter(|value| !begins_with(value, begun) && value.contains(begun));
    let fitting = begins.chain(contains).take(MOST);
    fitting
        .map(|text| value(quote::value(text), span.clone()))
        .collect()
}

fn value(text: Cow<'_, str>, span: Range<usize>) -> Completion {
    Completion {
        span,
        text: text.into_owned(),
        summary: "",
    }
}

/// Compares without the case of ASCII letters.
fn begins_with(text: &str, begun: &str) -> bool {
    let start = text.get(..begun.len());
    start.is_some_and(|start| start.eq_ignore_ascii_case(begun))
}
