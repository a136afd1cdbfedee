use odd_client::inert;
use odd_contracts::{EventEnvelope, EventType, JobId, JobStatus, Timestamp};

use crate::format;

/// An event in a table.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct EventRow {
    pub(crate) at: Timestamp,
    pub(crate) event_type: EventType,
    pub(crate) job_id: JobId,
    pub(crate) job_type: String,
    pub(crate) queue: String,
    pub(crate) status: JobStatus,
    pub(crate) worker: Option<String>,
    pub(crate) note: String,
}

impl From<&EventEnvelope> for EventRow {
    fn from(event: &EventEnvelope) -> Self {
        let payload = &event.payload;
        Self {
            at: event.occurred_at,
            event_type: event.event_type,
            job_id: payload.job_id,
            job_type: inert(payload.job_type.as_str()).into_owned(),
            queue: inert(payload.queue.as_str()).into_owned(),
            status: payload.status,
            worker: payload
                .worker_id
                .as_deref()
                .map(|name| inert(name).into_owned()),
            note: note(event),
        }
    }
}

/// Renders what an event says beyond its type: attempt, progress, times, error.
fn note(event: &EventEnvelope) -> String {
    let payload = &event.payload;
    let message = payload.message.as_deref().map(|message| {
        let short: String = message.chars().take(200).collect();
        inert(&short).into_owned()
    });
    let parts = [
        payload.attempt.map(|attempt| format!("try {attempt}")),
        payload
            .fraction
            .map(|part| format!("{:.0} %", part * 100.0)),
        payload
            .wait_ms
            .filter(|ms| *ms > 0.0)
            .map(|ms| format!("waited {}", format::millis(ms))),
        payload.duration_ms.map(format::millis),
        payload.reason.map(format::reason),
        message,
    ];
    parts.into_iter().flatten().collect::<Vec<_>>().join("  ")
}
