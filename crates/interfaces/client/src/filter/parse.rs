use std::ops::Range;

use odd_contracts::{FailureFingerprint, JobStatus};

use super::limits::{LONGEST_TAG, LONGEST_TEXT};
use super::spelling::{likely_key, likely_status};
use super::word::{Fault, Word, words};
use super::{Condition, FilterError, FilterKey, Term, When, quote};

/// Parses each term, without comparing it with the others.
pub(super) fn parse(filter: &str) -> Result<Vec<(Range<usize>, Term)>, FilterError> {
    let term = |word: Word| Ok((word.span.clone(), term(filter, &word)?));
    words(filter).into_iter().map(term).collect()
}

fn term(filter: &str, word: &Word) -> Result<Term, FilterError> {
    check_quotes(word)?;
    let condition = match &word.key {
        None => text(word)?,
        Some(key) => keyed(filter, key.clone(), word)?,
    };
    Ok(Term {
        negated: word.is_negated,
        condition,
    })
}

fn check_quotes(word: &Word) -> Result<(), FilterError> {
    let end = word.span.end;
    Err(match word.fault {
        None => return Ok(()),
        Some(Fault::Unclosed(start)) => {
            FilterError::new(start..end, "the closing quote is missing").hint("add a \" at the end")
        }
        Some(Fault::Stray(quote)) => FilterError::new(
            quote..quote + 1,
            "a quote must be at the beginning of a value",
        )
        .hint("put the whole value in quotes, and a \\ before each quote in it"),
        Some(Fault::Glued(start)) => {
            FilterError::new(start..end, "white space is missing after the closing quote")
                .hint("separate terms by a space")
        }
    })
}

fn text(word: &Word) -> Result<Condition, FilterError> {
    if word.text.is_empty() {
        return Err(match word.is_negated {
            true => FilterError::new(word.span.clone(), "there is nothing after the !")
                .hint("write a term after it, such as !status:COMPLETED"),
            false => FilterError::new(word.span.clone(), "the searched text is empty"),
        });
    }
    if word.is_negated && word.text.starts_with('!') && word.value.len() == word.text.len() {
        return Err(
            FilterError::new(word.span.clone(), "a term can be negated once")
                .hint("to search for a text that begins with !, put it in quotes"),
        );
    }
    bounded(word, LONGEST_TEXT).map(Condition::Text)
}

fn keyed(filter: &str, span: Range<usize>, word: &Word) -> Result<Condition, FilterError> {
    let Some(key) = FilterKey::parse(&filter[span.clone()]) else {
        return Err(unknown_key(filter, span, word));
    };
    if word.is_negated && !key.can_be_negated() {
        return Err(not_negatable(key, word));
    }
    if word.text.is_empty() {
        return Err(
            FilterError::new(word.span.clone(), format!("{key} has no value"))
                .hint(format!("write for example {}", key.example())),
        );
    }
    value(key, word)
}

fn unknown_key(filter: &str, span: Range<usize>, word: &Word) -> FilterError {
    let name = &filter[span.clone()];
    let error = FilterError::new(span, format!("`{name}` is not a key"));
    match likely_key(name) {
        Some(key) => error.meant(key.as_str()),
        None => {
            let literal = filter[word.span.clone()].trim_start_matches('!');
            let keys = FilterKey::ALL.map(FilterKey::as_str).join(", ");
            error.hint(format!(
                "the keys are {keys}; to search for a text with a colon, put it in quotes: {}",
                quote::free_text(literal)
            ))
        }
    }
}

fn not_negatable(key: FilterKey, word: &Word) -> FilterError {
    let hint = match key {
        FilterKey::Since => "write until instead: since includes its time, and until excludes it",
        FilterKey::Until => "write since instead: since includes its time, and until excludes it",
        _ => "remove the !",
    };
    FilterError::new(word.span.clone(), format!("{key} cannot be negated")).hint(hint)
}

fn value(key: FilterKey, word: &Word) -> Result<Condition, FilterError> {
    let text = &word.text;
    let invalid = |must: &str| {
        FilterError::new(word.value.clone(), format!("{key} {must}"))
            .hint(format!("write for example {}", key.example()))
    };
    Ok(match key {
        FilterKey::Status => Condition::Status(statuses(word)?),
        FilterKey::Type => Condition::Type(text.parse().map_err(|_| name_error(key, word))?),
        FilterKey::Queue => Condition::Queue(text.parse().map_err(|_| name_error(key, word))?),
        FilterKey::Tag => Condition::Tag(bounded(word, LONGEST_TAG)?),
        FilterKey::Since | FilterKey::Until => {
            let must = "must be a time such as 2026-01-31T12:00:00Z, or a duration before now such as 15m, 1h30m or 7d";
            let when = When::parse(text).ok_or_else(|| invalid(must))?;
            match key {
                FilterKey::Since => Condition::Since(when),
                _ => Condition::Until(when),
            }
        }
        FilterKey::Id => {
            let id = text.parse::<crate::JobRef>();
            Condition::Id(id.map_err(|error| invalid(&error.to_string()))?)
        }
        FilterKey::Fingerprint => {
            let fingerprint = text.parse::<FailureFingerprint>();
            Condition::Fingerprint(fingerprint.map_err(|error| invalid(&error.to_string()))?)
        }
    })
}

fn name_error(key: FilterKey, word: &Word) -> FilterError {
    let error = FilterError::new(
        word.value.clone(),
        format!("{key} must be 1 to 50 of the characters A-Z a-z 0-9 . _ -"),
    );
    match (word.text.contains(','), word.is_negated) {
        (false, _) => error.hint(format!("write for example {}", key.example())),
        (true, false) => error.hint(format!("only one {key} can be selected")),
        (true, true) => error.hint(format!("write one term for each {key}: !{key}:a !{key}:b")),
    }
}

/// Reads a list of statuses in any case. Returns them in the order of a job's life, without repeats.
fn statuses(word: &Word) -> Result<Vec<JobStatus>, FilterError> {
    let mut statuses = Vec::new();
    let mut start = word.value.start;
    let is_plain = word.value.len() == word.text.len();
    for name in word.text.split(',') {
        let span = match is_plain {
            true => start..start + name.len(),
            false => word.value.clone(),
        };
        start += name.len() + 1;
        statuses.push(status(name, span, is_plain)?);
    }
    statuses.sort_unstable();
    statuses.dedup();
    Ok(statuses)
}

fn status(name: &str, span: Range<usize>, is_plain: bool) -> Result<JobStatus, FilterError> {
    if let Ok(status) = name.to_uppercase().parse() {
        return Ok(status);
    }
    let error = FilterError::new(span, format!("`{name}` is not a status"));
    Err(match likely_status(name) {
        Some(status) if is_plain => error.meant(status.as_str()),
        Some(status) => error.hint(format!("did you mean `{status}`?")),
        None => {
            let all = JobStatus::ALL.map(JobStatus::as_str).join(", ");
            error.hint(format!("the statuses are {all}"))
        }
    })
}

/// Returns the text of a word if the server accepts its length and characters.
fn bounded(word: &Word, longest: usize) -> Result<String, FilterError> {
    let refuse = |why: String| Err(FilterError::new(word.value.clone(), why));
    if word.text.contains('\0') {
        return refuse("a text cannot contain U+0000".to_owned());
    }
    match word.text.chars().count() > longest {
        true => refuse(format!("the text is longer than {longest} characters")),
        false => Ok(word.text.clone()),
    }
}
