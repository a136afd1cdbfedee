use mongodb::bson::{Document, doc};
use odd_contracts::{IdDigits, JobStatus};
use odd_core::ports::{JobQuery, Position, SortOrder};

use super::event_document::seq;

/// The fields of a job that text is searched in.
const SEARCHED: [&str; 3] = ["_id", "type", "error.message"];

/// Returns the filter of a job query, or `None` if no archived job can match.
pub(super) fn job_filter(query: &JobQuery) -> Option<Document> {
    if !query.tags.is_empty() {
        return None;
    }
    let cursor = query.cursor.map(|cursor| seq(Position(cursor)));
    let mut filter = match (query.order, cursor) {
        (SortOrder::Newest, cursor) => doc! { "seq": { "$lt": cursor.unwrap_or(i64::MAX) } },
        (SortOrder::Oldest, cursor) => doc! { "seq": { "$gt": cursor.unwrap_or(-1) } },
    };
    let statuses = statuses(query);
    if statuses.len() < JobStatus::ALL.len() {
        filter.insert("status", doc! { "$in": statuses });
    }
    let types: Vec<&str> = query.not_types.iter().map(|name| name.as_str()).collect();
    let queues: Vec<&str> = query.not_queues.iter().map(|name| name.as_str()).collect();
    let job_type = query.job_type.as_ref().map(|name| name.as_str());
    let queue = query.queue.as_ref().map(|name| name.as_str());
    for (field, required, excluded) in [("type", job_type, types), ("queue", queue, queues)] {
        insert(&mut filter, field, label(required, excluded));
    }
    insert(&mut filter, "createdAt", created(query));
    let mut all = id_conditions(query);
    for text in &query.texts {
        all.push(doc! { "$or": contains(&literal(text)?) });
    }
    if !all.is_empty() {
        filter.insert("$and", all);
    }
    let excluded = query.not_texts.iter().filter_map(|text| literal(text));
    let none: Vec<Document> = excluded.flat_map(|pattern| contains(&pattern)).collect();
    if !none.is_empty() {
        filter.insert("$nor", none);
    }
    Some(filter)
}

/// Adds a condition on a field, unless it is empty.
fn insert(filter: &mut Document, field: &str, condition: Document) {
    if !condition.is_empty() {
        filter.insert(field, condition);
    }
}

fn statuses(query: &JobQuery) -> Vec<&'static str> {
    let matches = |status: &JobStatus| {
        (query.statuses.is_empty() || query.statuses.contains(status))
            && (!query.dead_letters || *status == JobStatus::Failed)
    };
    let matching = JobStatus::ALL.into_iter().filter(matches);
    matching.map(JobStatus::as_str).collect()
}

fn label(required: Option<&str>, excluded: Vec<&str>) -> Document {
    let mut condition = Document::new();
    if let Some(required) = required {
        condition.insert("$eq", required);
    }
    if !excluded.is_empty() {
        condition.insert("$nin", excluded);
    }
    condition
}

fn created(query: &JobQuery) -> Document {
    let mut created = Document::new();
    if let Some(since) = query.since {
        created.insert("$gte", since.as_micros());
    }
    if let Some(until) = query.until {
        created.insert("$lt", until.as_micros());
    }
    created
}

fn id_conditions(query: &JobQuery) -> Vec<Document> {
    let prefix = query.id_prefix.as_ref().map(|prefix| {
        let (first, last) = (prefix.first_id().to_string(), prefix.last_id().to_string());
        doc! { "_id": { "$gte": first, "$lte": last } }
    });
    let suffix = query.id_suffix.as_ref().map(|suffix| {
        let pattern = format!("{}$", hyphenated_end(suffix));
        doc! { "_id": { "$regex": pattern } }
    });
    prefix.into_iter().chain(suffix).collect()
}

/// Returns the last digits of an id with the hyphens between them.
fn hyphenated_end(suffix: &IdDigits) -> String {
    const DIGITS_AFTER_HYPHENS: [usize; 4] = [12, 16, 20, 24];
    let digits = suffix.as_str();
    let mut end = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && DIGITS_AFTER_HYPHENS.contains(&(digits.len() - at)) {
            end.push('-');
        }
        end.push(digit);
    }
    end
}

/// Returns one condition for each searched field.
fn contains(pattern: &str) -> Vec<Document> {
    let pattern = doc! { "$regex": pattern, "$options": "i" };
    SEARCHED.map(|field| doc! { field: &pattern }).to_vec()
}

/// Returns a pattern that matches `text` literally, or `None` for text that neither a pattern nor a field can contain.
fn literal(text: &str) -> Option<String> {
    if text.contains('\0') {
        return None;
    }
    let mut pattern = String::with_capacity(text.len());
    for character in text.chars() {
        if character.is_ascii_punctuation() {
            pattern.push('\\');
        }
        pattern.push(character);
    }
    Some(pattern)
}
