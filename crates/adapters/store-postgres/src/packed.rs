//! How events stand in the column `events`: many in one row, as JSON. The view `job_events` shows them one by one.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::{Arc, LazyLock};

use odd_contracts::{CorrelationId, EventType, JobId, JobStatus, Producer, Timestamp};
use odd_core::ports::{LogEntry, LogRecord, Position};
use odd_core::{Detail, JobEvent, decode_change, encode_change};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::codec::JsonText;
use crate::error::{DbResult, damaged};

/// Events in one row at most: who wants one of them reads all.
pub(crate) const ROW: usize = 500;

/// Writes events under a new commit id of the session, at a time or that of the transaction. Answers with the time.
pub(crate) static INSERT_EVENTS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "WITH new_commit AS MATERIALIZED (SELECT nextval('event_commit_ids') AS id) \
         INSERT INTO commit_events (commit_id, first, occurred_at, events) \
         SELECT new_commit.id, (u.row - 1) * {ROW}, coalesce($1::timestamptz, now()), u.events \
         FROM new_commit, unnest($2::json[]) WITH ORDINALITY AS u (events, row) RETURNING occurred_at"
    )
});

/// An event as it is written.
#[derive(Serialize)]
struct Written<'a>(
    Uuid,
    u32,
    EventType,
    Option<JobStatus>,
    Option<u32>,
    &'a str,
    &'a str,
    Uuid,
    i32,
    Option<f64>,
    Option<Detail<'a>>,
);

/// An event as it is read. The text of its milliseconds is parsed by itself: to the last digit.
#[derive(Deserialize)]
struct Packed<'a>(
    Uuid,
    u32,
    EventType,
    Option<JobStatus>,
    Option<u32>,
    #[serde(borrow)] Cow<'a, str>,
    #[serde(borrow)] Cow<'a, str>,
    Uuid,
    i32,
    #[serde(borrow)] Option<&'a RawValue>,
    #[serde(borrow)] Option<&'a RawValue>,
);

/// The events of a commit, row by row.
#[derive(Default)]
pub(crate) struct EventRows {
    rows: Vec<String>,
    count: usize,
}

impl EventRows {
    /// Adds an event that `producer` signed.
    pub(crate) fn push(&mut self, event: &JobEvent, producer: i32) {
        let (millis, detail) = encode_change(event, None);
        let written = Written(
            event.job_id.0,
            event.version,
            event.change.event_type(),
            event.previous_status,
            event.attempt,
            event.job_type.as_str(),
            event.queue.as_str(),
            event.correlation_id.0,
            producer,
            millis,
            detail,
        );
        let text = serde_json::to_string(&written).expect("events always print as JSON");
        match self.rows.last_mut() {
            Some(row) if !self.count.is_multiple_of(ROW) => {
                row.push(',');
                row.push_str(&text);
            }
            _ => self.rows.push(format!("[{text}")),
        }
        self.count += 1;
    }

    /// The parameter of [`INSERT_EVENTS`].
    pub(crate) fn finish(self) -> Vec<JsonText> {
        let close = |row| JsonText(row + "]");
        self.rows.into_iter().map(close).collect()
    }
}

/// The events of a commit that ends at `last`, with their places.
pub(crate) fn recorded(events: Vec<JobEvent>, last: i64) -> Vec<LogRecord> {
    let entries = events.into_iter();
    placed(entries.map(|event| LogEntry::Event(Arc::new(event))), last)
}

/// Entries of which the last stands at `last`, with their places.
pub(crate) fn placed(
    entries: impl ExactSizeIterator<Item = LogEntry>,
    last: i64,
) -> Vec<LogRecord> {
    let last = u64::try_from(last).unwrap_or(0);
    let count = u64::try_from(entries.len()).unwrap_or(u64::MAX);
    (last.saturating_sub(count) + 1..)
        .zip(entries)
        .map(|(position, entry)| LogRecord {
            position: Position(position),
            entry,
        })
        .collect()
}

/// A row of `commit_events`, with the position of its first event.
pub(crate) struct EventRow {
    pub(crate) first: i64,
    pub(crate) occurred_at: Timestamp,
    pub(crate) events: String,
}

/// Who signs events, by the number in `producers`.
pub(crate) type ProducersById = HashMap<i32, Arc<Producer>>;

impl EventRow {
    /// Adds the events after `after` to `entries`; with `job`, its own alone. False when `producers` lacks somebody.
    pub(crate) fn read(
        &self,
        after: i64,
        job: Option<JobId>,
        producers: &ProducersById,
        entries: &mut Vec<LogRecord>,
    ) -> DbResult<bool> {
        let events: Vec<Option<&RawValue>> =
            serde_json::from_str(&self.events).map_err(unreadable)?;
        let id = job.map(|job| job.to_string());
        for (position, event) in (self.first..).zip(events) {
            let is_wanted = |text: &str| id.as_ref().is_none_or(|id| text.contains(&**id));
            let Some(event) = event.filter(|event| position > after && is_wanted(event.get()))
            else {
                continue;
            };
            let event: Packed<'_> = serde_json::from_str(event.get()).map_err(unreadable)?;
            if job.is_some_and(|job| job.0 != event.0) {
                continue;
            }
            let Some(producer) = producers.get(&event.8) else {
                return Ok(false);
            };
            entries.push(LogRecord {
                position: Position(u64::try_from(position).unwrap_or(0)),
                entry: LogEntry::Event(Arc::new(event.unpack(self.occurred_at, producer)?)),
            });
        }
        Ok(true)
    }
}

impl Packed<'_> {
    fn unpack(self, occurred_at: Timestamp, producer: &Arc<Producer>) -> DbResult<JobEvent> {
        let millis = self.9.map(|text| text.get().parse::<f64>());
        let millis = millis
            .transpose()
            .map_err(|_| damaged("events: milliseconds"))?;
        let detail = self.10.map(RawValue::get);
        let change = decode_change(self.2, millis, detail, producer).map_err(unreadable)?;
        Ok(JobEvent {
            job_id: JobId(self.0),
            version: self.1,
            previous_status: self.3,
            attempt: self.4,
            job_type: self.5.parse().map_err(|_| damaged("events: a type"))?,
            queue: self.6.parse().map_err(|_| damaged("events: a queue"))?,
            correlation_id: CorrelationId(self.7),
            occurred_at,
            producer: producer.clone(),
            change,
        })
    }
}

fn unreadable(error: serde_json::Error) -> crate::error::DbError {
    damaged(format!("events: {error}"))
}
