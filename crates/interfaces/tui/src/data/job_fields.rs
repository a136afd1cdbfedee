use odd_client::inert;
use odd_contracts::{Job, JobStatus, RetryOverride, Timestamp};

use crate::format;

/// A property of a job with its value, safe to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Field {
    pub(crate) label: &'static str,
    pub(crate) value: String,
}

/// Returns the properties of a job that are not times. Those that it does not have are left out.
pub(crate) fn fields(job: &Job) -> Vec<Field> {
    let mut fields = vec![
        field("id", job.id.to_string()),
        field("queue", inert(job.queue.as_str()).into_owned()),
        field("priority", job.priority.to_string()),
        field("attempt", attempt(job)),
        field("timeout", format::millis(job.timeout_ms as f64)),
    ];
    fields.extend(
        job.retry
            .as_ref()
            .map(|retry| field("retry", retry_delays(retry))),
    );
    if job.cancel_requested {
        fields.push(field(
            "cancel",
            "requested: the attempt was asked to stop".to_owned(),
        ));
    }
    let keys = [
        ("unique key", job.unique_key.as_deref()),
        ("idempotency key", job.idempotency_key.as_deref()),
    ];
    for (label, key) in keys {
        fields.extend(key.map(|key| field(label, inert(key).into_owned())));
    }
    if !job.tags.is_empty() {
        fields.push(field("tags", inert(&job.tags.join(", ")).into_owned()));
    }
    for (name, value) in &job.metadata {
        let text = format!("{} = {}", inert(name), inert(value));
        fields.push(field("metadata", text));
    }
    fields.push(field("trace", job.correlation_id.to_string()));
    fields
}

/// Returns the times of a job, in the order in which they usually follow each other.
pub(crate) fn times(job: &Job) -> Vec<(&'static str, Timestamp)> {
    let due = match job.status {
        JobStatus::Retrying => "next try",
        _ => "runs at",
    };
    let times = [
        ("created", Some(job.created_at)),
        ("started", job.started_at),
        ("finished", job.finished_at),
        (due, job.run_at),
    ];
    let known = times.into_iter();
    known.filter_map(|(label, at)| Some((label, at?))).collect()
}

fn attempt(job: &Job) -> String {
    let attempts = format!("{} of {}", job.attempt, job.max_attempts);
    match job.run {
        0 | 1 => attempts,
        run => format!("{attempts}, run {run}"),
    }
}

fn retry_delays(retry: &RetryOverride) -> String {
    let delay = |ms: u64| format::millis(ms as f64);
    let parts = [
        retry.base_delay_ms.map(|ms| format!("from {}", delay(ms))),
        retry.max_delay_ms.map(|ms| format!("to {}", delay(ms))),
        retry.multiplier.map(|factor| format!("times {factor}")),
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join(", ")
}

fn field(label: &'static str, value: String) -> Field {
    Field { label, value }
}
