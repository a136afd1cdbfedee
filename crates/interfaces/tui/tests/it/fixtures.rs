//! What the observatory of these tests contains.

use std::ops::Range;

use odd_contracts::{EventEnvelope, JobId, Timestamp};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

/// The time of day at which the interface of a test is opened.
pub(crate) const OPENED_AT: &str = "2026-01-31T12:00:00.000000Z";

/// Reads a wire type.
pub(crate) fn wire<T: DeserializeOwned>(value: Value) -> T {
    // Raw JSON can be read from text only.
    serde_json::from_str(&value.to_string()).expect("the fixture follows the contract")
}

pub(crate) fn opened_at() -> Timestamp {
    wire(json!(OPENED_AT))
}

/// Returns a time before the interface was opened.
pub(crate) fn ago(seconds: u64) -> Value {
    let micros = opened_at().as_micros() - i64::try_from(seconds).expect("it fits") * 1_000_000;
    json!(Timestamp::from_micros(micros))
}

/// Returns the id of the job with a number.
pub(crate) fn job_id(number: u64) -> JobId {
    wire(json!(format!("0192f0c1-2f3b-7a51-b6a1-{number:012x}")))
}

/// Returns one of a few jobs that together have every status.
pub(crate) fn job(number: u64) -> Value {
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
    let types = ["email.send", "report.build", "echo", "image.resize"];
    let at = usize::try_from(number).expect("it fits");
    let status = statuses[at % statuses.len()];
    let age = 4 + number * 7;
    let mut job = json!({
        "id": job_id(number), "type": types[at % types.len()],
        "queue": if number.is_multiple_of(3) { "mail" } else { "default" },
        "status": status, "version": 3, "priority": 0, "attempt": u64::from(status != "PENDING"),
        "maxAttempts": 5, "run": 1, "timeoutMs": 300_000, "createdAt": ago(age), "updatedAt": ago(2),
        "correlationId": "5e0a3f4e-52f9-4f1c-9f0e-0b8a1c3d7e21", "tags": ["tenant-7"],
        "payload": {"to": "ada@example.org", "count": 12_345_678_901_234_567_890_u64},
    });
    let more = match status {
        "EXECUTING" => {
            json!({"startedAt": ago(3), "progress": {"fraction": 0.42, "message": "page 21 of 50"}})
        }
        "COMPLETED" => {
            json!({"startedAt": ago(age - 1), "finishedAt": ago(2), "result": {"sent": true}})
        }
        "FAILED" => json!({"startedAt": ago(age - 1), "finishedAt": ago(2),
            "error": {"reason": "error", "message": "connection refused"}}),
        "RETRYING" | "SCHEDULED" => json!({"runAt": "2026-01-31T12:01:30.000000Z"}),
        _ => json!({}),
    };
    let fields = job.as_object_mut().expect("an object");
    fields.extend(more.as_object().cloned().expect("an object"));
    job
}

/// Returns a page with the jobs of these numbers, newest first.
pub(crate) fn jobs(numbers: Range<u64>) -> Value {
    json!({"jobs": numbers.map(job).collect::<Vec<_>>()})
}

/// Returns a job with its attempts.
pub(crate) fn job_with_attempts(id: JobId) -> Value {
    let attempt = |number: u64, outcome: &str| {
        json!({"attempt": number, "run": 1, "workerId": "processor-7f3a", "outcome": outcome,
            "startedAt": ago(30 - number * 10), "finishedAt": ago(28 - number * 10), "durationMs": 2_000.0,
            "logLines": 2})
    };
    let mut detail = job(3);
    detail["id"] = json!(id);
    detail["attempt"] = json!(2);
    detail["attempts"] = json!([attempt(1, "FAILED"), attempt(2, "FAILED")]);
    detail
}

/// Returns the event with a number, of one of the jobs of a page.
pub(crate) fn event(number: u64) -> EventEnvelope {
    let kinds = [
        ("job.created", "PENDING"),
        ("job.validated", "VALIDATED"),
        ("job.started", "EXECUTING"),
        ("job.progressed", "EXECUTING"),
        ("job.completed", "COMPLETED"),
    ];
    let kind = usize::try_from(number).expect("it fits") % kinds.len();
    let (event_type, status) = kinds[kind];
    let mut payload = json!({
        "jobId": job_id(number / 5), "jobType": "email.send", "queue": "mail", "status": status,
        "version": kind + 1,
    });
    if kind > 0 {
        payload["attempt"] = json!(1);
        payload["workerId"] = json!(format!("processor-{}", number % 3));
    }
    if kind == 4 {
        payload["durationMs"] = json!(137.5);
    }
    wire(json!({
        "contractVersion": "1.1.0", "eventType": event_type,
        "eventId": format!("7d1f9bd4-5c5e-5b0a-9d4e-{number:012x}"),
        "occurredAt": Timestamp::from_micros(opened_at().as_micros() + i64::try_from(number).expect("it fits") * 1_000),
        "producer": {"service": "processor", "instanceId": "processor-0", "version": "0.1.0"},
        "correlationId": "5e0a3f4e-52f9-4f1c-9f0e-0b8a1c3d7e21",
        "idempotencyKey": format!("{number}"), "payload": payload,
    }))
}

/// Returns the queues.
pub(crate) fn queues() -> Value {
    json!([
        {"queue": "default", "ready": 1_204, "delayed": 12, "executing": 16, "failed": 3, "oldestReadySeconds": 42.0},
        {"queue": "mail", "ready": 87, "delayed": 0, "executing": 4, "failed": 0, "oldestReadySeconds": 1.5},
    ])
}

/// Returns the alerts.
pub(crate) fn alerts() -> Value {
    json!([
        {"id": "a1", "name": "QueueBacklog", "severity": "warning", "state": "firing",
            "summary": "the oldest job of default waits for 42 s", "startsAt": ago(95)},
        {"id": "a2", "name": "JobFailures", "severity": "critical", "state": "pending",
            "summary": "3 % of the jobs fail", "startsAt": ago(8), "silencedUntil": "2026-01-31T13:00:00.000000Z"},
    ])
}
