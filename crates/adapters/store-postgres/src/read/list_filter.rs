use odd_contracts::{IdDigits, JobStatus};
use odd_core::ports::JobQuery;

use super::values::Values;
use crate::codec::{self, SqlTimestamp};

/// Returns the condition that each row must meet, without that of a text search. It omits the ids, or the entries of the fingerprint, if the scan has
/// compared them.
pub(super) fn filter(
    query: &JobQuery,
    has_compared_ids: bool,
    has_compared_fingerprint: bool,
    values: &mut Values,
) -> String {
    let mut conditions = vec!["true".to_owned()];
    if !has_compared_ids {
        let prefix = query.id_prefix.as_ref();
        conditions.extend(prefix.map(|prefix| between("j.id", prefix, values)));
        conditions.push(suffix_condition("j.id", query, values));
    }
    conditions.extend(fingerprint(query, has_compared_fingerprint, values));
    if query.dead_letters {
        conditions.push("j.parked".into());
    }
    conditions.extend(labels(query, values));
    conditions.extend(tags(query, values));
    for (sign, time) in [(">=", query.since), ("<", query.until)] {
        if let Some(time) = time {
            let time = values.add(SqlTimestamp(time));
            conditions.push(format!("j.created_at {sign} {time}"));
        }
    }
    conditions.join(" AND ")
}

/// Returns the condition that an id is in the range of a prefix.
pub(super) fn between(column: &str, prefix: &IdDigits, values: &mut Values) -> String {
    let first = values.add(prefix.first_id().0);
    let last = values.add(prefix.last_id().0);
    format!("{column} >= {first} AND {column} <= {last}")
}

/// Returns the condition that an id ends as the query says.
pub(super) fn suffix_condition(column: &str, query: &JobQuery, values: &mut Values) -> String {
    match &query.id_suffix {
        None => "true".to_owned(),
        Some(suffix) => {
            let length = suffix.as_str().len();
            let suffix = values.add(suffix.to_string());
            format!("right(replace({column}::text, '-', ''), {length}) = {suffix}")
        }
    }
}

/// Processes of versions without `failed_jobs` leave the entries of jobs that they retry, so the status is compared too.
fn fingerprint(query: &JobQuery, has_compared: bool, values: &mut Values) -> Option<String> {
    let fingerprint = query.fingerprint?;
    let mut condition = format!("j.status = '{}'", JobStatus::Failed);
    if !has_compared {
        let fingerprint = values.add(codec::signed_fingerprint(fingerprint));
        condition += &format!(
            " AND EXISTS (SELECT 1 FROM failed_jobs f WHERE f.job = j.job AND f.fingerprint = {fingerprint})"
        );
    }
    Some(condition)
}

fn labels(query: &JobQuery, values: &mut Values) -> Vec<String> {
    let mut conditions = Vec::new();
    if !query.statuses.is_empty() {
        let statuses: Vec<String> = query.statuses.iter().map(ToString::to_string).collect();
        conditions.push(format!("j.status = ANY({})", values.add(statuses)));
    }
    if let Some(job_type) = &query.job_type {
        conditions.push(format!("j.job_type = {}", values.add(job_type.to_string())));
    }
    if let Some(queue) = &query.queue {
        conditions.push(format!("j.queue = {}", values.add(queue.to_string())));
    }
    if !query.not_types.is_empty() {
        let types: Vec<String> = query.not_types.iter().map(ToString::to_string).collect();
        conditions.push(format!("j.job_type <> ALL({})", values.add(types)));
    }
    if !query.not_queues.is_empty() {
        let queues: Vec<String> = query.not_queues.iter().map(ToString::to_string).collect();
        conditions.push(format!("j.queue <> ALL({})", values.add(queues)));
    }
    conditions
}

fn tags(query: &JobQuery, values: &mut Values) -> Vec<String> {
    let mut has_tag = |tag: &String| {
        let tag = values.add(tag.clone());
        format!("EXISTS (SELECT 1 FROM job_tags t WHERE t.job = j.job AND t.tag = {tag})")
    };
    let mut conditions: Vec<String> = query.tags.iter().map(&mut has_tag).collect();
    let excluded = query.not_tags.iter().map(&mut has_tag);
    conditions.extend(excluded.map(|condition| format!("NOT {condition}")));
    conditions
}
