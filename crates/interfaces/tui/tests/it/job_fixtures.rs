//! The jobs of these tests, with their attempts and events.

use odd_contracts::JobId;
use serde_json::{Value, json};

use crate::wire::{OPENED_AT, ago, envelope, job_id};

/// Returns the number of the job with an id.
fn number_of(id: JobId) -> u64 {
    let text = id.to_string();
    let digits = text.rsplit('-').next().expect("an id has parts");
    u64::from_str_radix(digits, 16).expect("our id")
}

/// Returns the status of the job with a number.
fn status_of(number: u64) -> &'static str {
    let statuses = [
        "EXECUTING",
        "PENDING",
        "COMPLETED",
        "FAILED",
        "RETRYING",
        "SCHEDULED",
        "CANCELLED",
        "VALIDATED",
    ];
    statuses[usize::try_from(number).expect("it fits") % statuses.len()]
}

/// Returns the attempts of the job with a number: outcome, and seconds from the start and from the end until now.
fn attempts_of(number: u64) -> Vec<(&'static str, u64, Option<u64>)> {
    let age = age_of(number);
    match status_of(number) {
        "EXECUTING" => vec![("RUNNING", 3, None)],
        "COMPLETED" => vec![("SUCCEEDED", age - 1, Some(2))],
        "FAILED" => vec![("FAILED", age - 1, Some(age - 3)), ("TIMEDOUT", 5, Some(2))],
        "RETRYING" => vec![("FAILED", age - 1, Some(age - 3))],
        _ => Vec::new(),
    }
}

/// Returns the seconds since a job was created.
fn age_of(number: u64) -> u64 {
    4 + number * 7
}

/// Returns one of a few jobs that together have every status.
pub(crate) fn job(number: u64) -> Value {
    let types = ["email.send", "report.build", "echo", "image.resize"];
    let at = usize::try_from(number).expect("it fits");
    let status = status_of(number);
    let attempts = attempts_of(number);
    let attempt = match status {
        "VALIDATED" => 1,
        _ => attempts.len(),
    };
    let mut job = json!({
        "id": job_id(number), "type": types[at % types.len()],
        "queue": if number.is_multiple_of(3) { "mail" } else { "default" },
        "status": status, "version": 3, "priority": 0, "attempt": attempt,
        "maxAttempts": if status == "FAILED" { 2 } else { 5 }, "run": 1, "timeoutMs": 300_000,
        "createdAt": ago(age_of(number)), "updatedAt": ago(2),
        "correlationId": "5e0a3f4e-52f9-4f1c-9f0e-0b8a1c3d7e21", "tags": ["tenant-7"],
        "payload": {"to": "ada@example.org", "count": 12_345_678_901_234_567_890_u64},
    });
    let refused = json!({"reason": "error", "message": "connection refused"});
    let mut more = match status {
        "EXECUTING" => json!({"progress": {"fraction": 0.42, "message": "page 21 of 50"}}),
        "COMPLETED" => json!({"finishedAt": ago(2), "result": {"sent": true}}),
        "FAILED" => json!({"finishedAt": ago(2),
            "error": {"reason": "timed_out", "message": "no answer from mail.example.org"}}),
        "RETRYING" => json!({"runAt": "2026-01-31T12:01:30.000000Z", "error": refused}),
        "SCHEDULED" => json!({"runAt": "2026-01-31T12:01:30.000000Z"}),
        "CANCELLED" => json!({"finishedAt": ago(2)}),
        _ => json!({}),
    };
    if let Some((_, started, _)) = attempts.last() {
        more["startedAt"] = ago(*started);
    }
    let fields = job.as_object_mut().expect("an object");
    fields.extend(more.as_object().cloned().expect("an object"));
    job
}

/// Returns a job with its attempts.
pub(crate) fn job_with_attempts(id: JobId) -> Value {
    let number = number_of(id);
    let attempts = (1_u64..).zip(attempts_of(number));
    let attempts = attempts.map(|(attempt, (outcome, started, finished))| {
        let mut row = json!({"attempt": attempt, "run": 1, "workerId": "processor-7f3a", "outcome": outcome,
            "startedAt": ago(started), "logLines": 2});
        if let Some(finished) = finished {
            row["finishedAt"] = ago(finished);
            row["durationMs"] = json!(f64::from(u32::try_from(started - finished).expect("it fits")) * 1_000.0);
        }
        if outcome == "FAILED" {
            row["error"] = json!({"reason": "error", "message": "connection refused"});
        }
        row
    });
    let mut detail = job(number);
    detail["attempts"] = attempts.collect();
    if let Some(error) = detail.get("error").cloned() {
        let last = detail["attempts"]
            .as_array_mut()
            .and_then(|all| all.last_mut());
        last.expect("an error has an attempt")["error"] = error;
    }
    detail
}

/// Returns why a job has its status.
pub(crate) fn explanation(id: JobId) -> Value {
    let status = status_of(number_of(id));
    let (code, detail, hint) = match status {
        "FAILED" => (
            "dead_letter",
            "All 2 attempts failed; the job is a dead letter.",
            "Fix the cause, then run it again: odd-dashboard jobs retry",
        ),
        "EXECUTING" | "VALIDATED" => (
            "running",
            "processor-7f3a runs its attempt.",
            "wait for its end",
        ),
        "RETRYING" => (
            "backoff",
            "The last attempt failed; the next one begins after a delay.",
            "wait, or retry it now",
        ),
        "SCHEDULED" => ("waiting_for_time", "It is due later.", "wait, or cancel it"),
        "COMPLETED" => ("completed", "Its attempt succeeded.", "nothing to do"),
        "CANCELLED" => (
            "cancelled",
            "It was cancelled before its first attempt.",
            "To run it anyway: odd-dashboard jobs retry",
        ),
        _ => (
            "waiting_behind",
            "Older jobs of the queue come first.",
            "start another processor",
        ),
    };
    json!({"jobId": id, "status": status, "summary": detail, "asOf": OPENED_AT,
        "causes": [{"code": code, "detail": detail, "hint": hint}]})
}

/// Returns the events of a job, oldest first.
pub(crate) fn events_of(id: JobId) -> Value {
    let number = number_of(id);
    let mut kinds = vec![("job.created", "PENDING", None, age_of(number))];
    for (attempt, (outcome, started, finished)) in (1_u64..).zip(attempts_of(number)) {
        kinds.push(("job.validated", "VALIDATED", Some(attempt), started));
        kinds.push(("job.started", "EXECUTING", Some(attempt), started));
        let end = match (outcome, status_of(number)) {
            ("SUCCEEDED", _) => ("job.completed", "COMPLETED"),
            ("TIMEDOUT", _) => ("job.failed", "FAILED"),
            _ => ("job.retrying", "RETRYING"),
        };
        kinds.extend(finished.map(|finished| (end.0, end.1, Some(attempt), finished)));
    }
    let job = job(number);
    let events = (1_u64..).zip(kinds);
    let events = events.map(|(version, (kind, status, attempt, at))| {
        let mut payload = json!({"jobId": id, "jobType": job["type"], "queue": job["queue"], "status": status,
            "version": version});
        if let Some(attempt) = attempt {
            payload["attempt"] = json!(attempt);
            payload["workerId"] = json!("processor-7f3a");
        }
        envelope(number * 1_000 + version, kind, &ago(at), &payload)
    });
    events.collect()
}
