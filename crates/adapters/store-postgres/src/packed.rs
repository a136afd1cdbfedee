//! Encoding of events in the column `events`: many in one row, as JSON. The view `job_events` shows them one by one.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, LazyLock};

use odd_contracts::{
    CorrelationId, EventType, JobId, JobStatus, Producer, Timestamp, TraceContext,
};
use odd_core::ports::{LogEntry, LogRecord, Position};
use odd_core::{Detail, JobEvent, decode_change, encode_change};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::codec::JsonText;
use crate::error::{DbError, DbResult, damaged, unreadable};

/// Most events of one row. Reading one event reads its whole row.
pub(crate) const EVENTS_PER_ROW: usize = 500;

/// Inserts events under a new commit id of the session, at the given time or that of the transaction. Returns the time.
pub(crate) static INSERT_EVENTS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "WITH new_commit AS MATERIALIZED (SELECT nextval('event_commit_ids') AS id) \
         INSERT INTO commit_events (commit_id, first, occurred_at, events, traces, times) \
         SELECT new_commit.id, (u.row - 1) * {EVENTS_PER_ROW}, coalesce($1::timestamptz, now()), u.events, u.traces, u.times \
         FROM new_commit, unnest($2::json[], $3::json[], $4::json[]) WITH ORDINALITY AS u (events, traces, times, row) \
         RETURNING occurred_at"
    )
});

/// The encoding of an event.
#[derive(Serialize)]
struct EventTuple<'a>(
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

/// The encoding of an event, with fields that are decoded later. The milliseconds are parsed from their text, so that
/// they keep every digit.
#[derive(Deserialize)]
struct StoredTuple<'a>(
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

/// The trace contexts of those events of a row that have one, by their index in the row.
type Traces = BTreeMap<usize, TraceContext>;

/// The microseconds by which those events of a row are later that have another time than their row, by their index in it.
type Times = BTreeMap<usize, i64>;

/// The encoded events of a commit, row by row.
#[derive(Default)]
pub(crate) struct EventRows {
    rows: Vec<String>,
    traces: Vec<Traces>,
    times: Vec<Times>,
    count: usize,
}

/// The columns of [`INSERT_EVENTS`].
pub(crate) struct EventColumns {
    pub(crate) events: Vec<JsonText>,
    pub(crate) traces: Vec<Option<JsonText>>,
    pub(crate) times: Vec<Option<JsonText>>,
}

impl EventRows {
    /// Adds an event of a commit at the time `committed_at`. `producer` is the key of its producer in `producers`.
    pub(crate) fn push(&mut self, committed_at: Timestamp, event: &JobEvent, producer: i32) {
        let (millis, detail) = encode_change(event, None);
        let tuple = EventTuple(
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
        let text = serde_json::to_string(&tuple).expect("events always serialize");
        match self.rows.last_mut() {
            Some(row) if !self.count.is_multiple_of(EVENTS_PER_ROW) => {
                row.push(',');
                row.push_str(&text);
            }
            _ => {
                self.rows.push(format!("[{text}"));
                self.traces.push(Traces::new());
                self.times.push(Times::new());
            }
        }
        if let (Some(trace), Some(row)) = (event.trace, self.traces.last_mut()) {
            row.insert(self.count % EVENTS_PER_ROW, trace);
        }
        let later_by = event.occurred_at.as_micros() - committed_at.as_micros();
        if later_by != 0
            && let Some(row) = self.times.last_mut()
        {
            row.insert(self.count % EVENTS_PER_ROW, later_by);
        }
        self.count += 1;
    }

    /// Returns the parameters of [`INSERT_EVENTS`].
    pub(crate) fn finish(self) -> EventColumns {
        let close = |row| JsonText(row + "]");
        let (traces, times) = (self.traces.iter(), self.times.iter());
        EventColumns {
            events: self.rows.into_iter().map(close).collect(),
            traces: traces
                .map(|row| (!row.is_empty()).then(|| JsonText::of(row)))
                .collect(),
            times: times
                .map(|row| (!row.is_empty()).then(|| JsonText::of(row)))
                .collect(),
        }
    }
}

/// Returns the events of a commit that ends at `last`, with their positions.
pub(crate) fn event_records(events: Vec<JobEvent>, last: i64) -> Vec<LogRecord> {
    let entries = events.into_iter();
    log_records(entries.map(|event| LogEntry::Event(Arc::new(event))), last)
}

/// Returns entries with their positions. The last one has position `last`.
pub(crate) fn log_records(
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
    pub(crate) traces: Option<String>,
    pub(crate) times: Option<String>,
}

/// The producers of events, by their key in `producers`.
pub(crate) type ProducersById = HashMap<i32, Arc<Producer>>;

impl EventRow {
    /// Appends the events after `after` to `entries`, or only those of `job`. Returns `false` if `producers` lacks the
    /// producer of an event.
    pub(crate) fn decode(
        &self,
        after: i64,
        job: Option<JobId>,
        producers: &ProducersById,
        entries: &mut Vec<LogRecord>,
    ) -> DbResult<bool> {
        let events: Vec<Option<&RawValue>> =
            serde_json::from_str(&self.events).map_err(unreadable_event)?;
        let traces: Traces = match &self.traces {
            Some(traces) => serde_json::from_str(traces).map_err(unreadable_event)?,
            None => Traces::new(),
        };
        let times: Times = match &self.times {
            Some(times) => serde_json::from_str(times).map_err(unreadable_event)?,
            None => Times::new(),
        };
        let id = job.map(|job| job.to_string());
        for (position, (index, event)) in (self.first..).zip(events.into_iter().enumerate()) {
            let may_match = |text: &str| id.as_ref().is_none_or(|id| text.contains(&**id));
            let Some(event) = event.filter(|event| position > after && may_match(event.get()))
            else {
                continue;
            };
            let event: StoredTuple<'_> =
                serde_json::from_str(event.get()).map_err(unreadable_event)?;
            if job.is_some_and(|job| job.0 != event.0) {
                continue;
            }
            let Some(producer) = producers.get(&event.8) else {
                return Ok(false);
            };
            entries.push(LogRecord {
                position: Position(u64::try_from(position).unwrap_or(0)),
                entry: LogEntry::Event(Arc::new(JobEvent {
                    trace: traces.get(&index).copied(),
                    ..event.decode(self.time_of(&times, index), producer)?
                })),
            });
        }
        Ok(true)
    }
}

impl EventRow {
    fn time_of(&self, times: &Times, index: usize) -> Timestamp {
        let later_by = times.get(&index).copied().unwrap_or(0);
        Timestamp::from_micros(self.occurred_at.as_micros() + later_by)
    }
}

impl StoredTuple<'_> {
    fn decode(self, occurred_at: Timestamp, producer: &Arc<Producer>) -> DbResult<JobEvent> {
        let millis = self.9.map(|text| text.get().parse::<f64>());
        let millis = millis
            .transpose()
            .map_err(|error| unreadable("the milliseconds of an event", error))?;
        let detail = self.10.map(RawValue::get);
        let change = decode_change(self.2, millis, detail, producer).map_err(unreadable_event)?;
        Ok(JobEvent {
            job_id: JobId(self.0),
            version: self.1,
            previous_status: self.3,
            attempt: self.4,
            job_type: self
                .5
                .parse()
                .map_err(|_| damaged("the job type of an event"))?,
            queue: self
                .6
                .parse()
                .map_err(|_| damaged("the queue of an event"))?,
            correlation_id: CorrelationId(self.7),
            trace: None,
            occurred_at,
            producer: producer.clone(),
            change,
        })
    }
}

fn unreadable_event(error: serde_json::Error) -> DbError {
    unreadable("an event", error)
}
