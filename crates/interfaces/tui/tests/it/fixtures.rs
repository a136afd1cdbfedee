//! What the observatory of these tests contains.

use std::ops::Range;

use odd_contracts::{EventEnvelope, Timestamp};
use serde_json::{Value, json};

use crate::job_fixtures::job;
use crate::wire::{ago, envelope, opened_at, wire};

/// Returns a page with the jobs of these numbers, newest first.
pub(crate) fn jobs(numbers: Range<u64>) -> Value {
    json!({"jobs": numbers.map(job).collect::<Vec<_>>()})
}

/// The number of events that have occurred before the interface was opened.
pub(crate) const EARLIER_EVENTS: u64 = 40;

/// Returns the event with a number, a tenth of a second after the one before it. Five belong to one job.
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
    // Jobs that ended before are not among those of the tables.
    let number_of_job = match number {
        0..EARLIER_EVENTS => 1_000 + number / 5,
        _ => number / 5,
    };
    let job = job(number_of_job);
    let mut payload = json!({
        "jobId": job["id"], "jobType": job["type"], "queue": job["queue"], "status": status,
        "version": kind + 1,
    });
    if kind > 0 {
        payload["attempt"] = json!(1);
        payload["workerId"] = json!(format!("processor-{}", number % 3));
    }
    if kind == 4 {
        payload["durationMs"] = json!(137.5);
    }
    let tenths =
        i64::try_from(number).expect("it fits") - i64::try_from(EARLIER_EVENTS).expect("it fits");
    let at = Timestamp::from_micros(opened_at().as_micros() + tenths * 100_000);
    wire(envelope(number, event_type, &json!(at), &payload))
}

/// Returns the queues.
pub(crate) fn queues() -> Value {
    json!([
        {"queue": "default", "ready": 1_204, "delayed": 12, "executing": 16, "failed": 3, "oldestReadySeconds": 42.0},
        {"queue": "mail", "ready": 87, "delayed": 0, "executing": 4, "failed": 0, "oldestReadySeconds": 1.5},
    ])
}

/// Returns alerts in each state that the view shows differently.
pub(crate) fn alerts() -> Value {
    json!([
        {"id": "a1", "name": "QueueBacklog", "severity": "warning", "state": "firing",
            "summary": "the oldest job of default waits for 42 s", "startsAt": ago(95),
            "action": "start another processor", "runbookUrl": "https://example.org/runbooks/QueueBacklog"},
        {"id": "a2", "name": "StoreWriteLatency", "severity": "warning", "state": "firing",
            "summary": "writes take 320 ms", "startsAt": ago(400),
            "acknowledgement": {"by": "anna", "at": ago(120)}},
        {"id": "a3", "name": "ServiceDown", "severity": "critical", "state": "suppressed",
            "summary": "processor-2 does not answer", "startsAt": ago(1_300),
            "silencedUntil": "2026-01-31T13:00:00.000000Z"},
        {"id": "a4", "name": "JobFailures", "severity": "critical", "state": "pending",
            "summary": "3 % of the jobs fail", "startsAt": ago(8)},
    ])
}
