//! Writes events: the one place where the log grows.

use odd_core::ports::{LogEntry, Position, Recorded};
use odd_core::{JobEvent, encode_change};
use std::sync::Arc;
use uuid::Uuid;

use crate::codec::JsonText;

/// Writes events under a new commit id of the session.
pub(crate) const INSERT: &str = "\
WITH new_commit AS MATERIALIZED (SELECT nextval('event_commit_ids') AS id) \
INSERT INTO job_events (commit_id, ordinal, occurred_at, job_id, version, event_type, previous_status, attempt, \
    job_type, queue, correlation_id, producer, millis, detail) \
SELECT new_commit.id, u.ordinal - 1, $1::timestamptz, u.job_id, u.version, u.event_type, u.previous_status, u.attempt, \
    u.job_type, u.queue, u.correlation_id, u.producer, u.millis, u.detail \
FROM new_commit, unnest($2::uuid[], $3::integer[], $4::text[], $5::text[], $6::integer[], $7::text[], $8::text[], \
    $9::uuid[], $10::integer[], $11::double precision[], $12::json[]) WITH ORDINALITY \
    AS u (job_id, version, event_type, previous_status, attempt, job_type, queue, correlation_id, producer, millis, \
    detail, ordinal)";

/// The parameters of [`INSERT`], in its order after the time.
#[derive(Default)]
pub(crate) struct EventColumns {
    pub(crate) job_id: Vec<Uuid>,
    pub(crate) version: Vec<i32>,
    pub(crate) event_type: Vec<&'static str>,
    pub(crate) previous_status: Vec<Option<&'static str>>,
    pub(crate) attempt: Vec<Option<i32>>,
    pub(crate) job_type: Vec<String>,
    pub(crate) queue: Vec<String>,
    pub(crate) correlation_id: Vec<Uuid>,
    pub(crate) producer: Vec<i32>,
    pub(crate) millis: Vec<Option<f64>>,
    pub(crate) detail: Vec<Option<JsonText>>,
}

impl EventColumns {
    /// Adds an event that `producer` signed.
    pub(crate) fn push(&mut self, event: &JobEvent, producer: i32) {
        let (millis, detail) = encode_change(event, None);
        self.job_id.push(event.job_id.0);
        self.version.push(signed(event.version));
        self.event_type.push(event.change.event_type().as_str());
        self.previous_status
            .push(event.previous_status.map(|status| status.as_str()));
        self.attempt.push(event.attempt.map(signed));
        self.job_type.push(event.job_type.as_str().to_owned());
        self.queue.push(event.queue.as_str().to_owned());
        self.correlation_id.push(event.correlation_id.0);
        self.producer.push(producer);
        self.millis.push(millis);
        self.detail.push(detail.map(|detail| JsonText::of(&detail)));
    }
}

/// A count as columns have it.
pub(crate) fn signed(number: u32) -> i32 {
    i32::try_from(number).unwrap_or(i32::MAX)
}

/// The events of a commit that ends at `last`, with their places.
pub(crate) fn recorded(events: Vec<JobEvent>, last: i64) -> Vec<Recorded> {
    let last = u64::try_from(last).unwrap_or(0);
    let count = u64::try_from(events.len()).unwrap_or(u64::MAX);
    let first = last.saturating_sub(count) + 1;
    (first..)
        .zip(events)
        .map(|(position, event)| Recorded {
            position: Position(position),
            entry: LogEntry::Event(Arc::new(event)),
        })
        .collect()
}
