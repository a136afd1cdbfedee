//! Segments of the event log: consecutive events of one transaction as a JSON array.

use odd_contracts::{CorrelationId, EventType, RawJson, Timestamp};
use odd_core::{JobEvent, encode_change};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use crate::codec::{PrunedDetail, status_code};

/// Bytes of text at which a segment is full: about a page of the file.
const FULL_BYTES: usize = 3_500;

/// The `kind` of an entry about pruned jobs. The kind of an event is the index of its type in [`EventType::ALL`].
pub(crate) const KIND_PRUNED: i64 = 100;

pub(crate) fn kind_code(kind: EventType) -> i64 {
    kind as i64
}

/// One event of a segment: an array of these fields in this order, without trailing nulls.
#[derive(Debug, Deserialize)]
pub(crate) struct Entry<'a> {
    pub(crate) kind: i64,
    pub(crate) producer: i64,
    /// The row of its job.
    pub(crate) job: i64,
    pub(crate) version: u32,
    #[serde(default)]
    pub(crate) previous: Option<usize>,
    #[serde(default)]
    pub(crate) attempt: Option<u32>,
    /// The previous event of the same job.
    #[serde(default)]
    pub(crate) prev: Option<i64>,
    #[serde(default)]
    pub(crate) millis: Option<f64>,
    /// If it differs from the job's own.
    #[serde(default)]
    pub(crate) correlation: Option<Uuid>,
    #[serde(borrow, default)]
    pub(crate) detail: Option<&'a RawValue>,
    /// Microseconds from the time of the segment to that of the event, if they differ.
    #[serde(default)]
    pub(crate) later_by: Option<i64>,
}

impl Entry<'_> {
    pub(crate) fn detail(&self) -> Option<&str> {
        self.detail.map(RawValue::get)
    }
}

/// Parses the entries of a segment; a pruned one is null.
pub(crate) fn parse(events: &str) -> Result<Vec<Option<Entry<'_>>>, serde_json::Error> {
    serde_json::from_str(events)
}

/// Returns the index of event `seq` in a segment of `len` entries that ends with `last_seq`.
pub(crate) fn index_of(seq: i64, last_seq: i64, len: usize) -> Option<usize> {
    let from_end = usize::try_from(last_seq.checked_sub(seq)?).ok()?;
    len.checked_sub(1)?.checked_sub(from_end)
}

/// The rows that an event belongs to.
pub(crate) struct Origin {
    pub(crate) producer: i64,
    pub(crate) job: i64,
    /// The previous event of the same job.
    pub(crate) prev: Option<i64>,
    /// The correlation id in the row of the job.
    pub(crate) own: CorrelationId,
}

/// A segment that is being written.
#[derive(Default)]
pub(crate) struct Segment {
    text: Vec<u8>,
}

impl Segment {
    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    pub(crate) fn is_full(&self) -> bool {
        self.text.len() >= FULL_BYTES
    }

    /// Adds an event to a segment of the time `now`.
    pub(crate) fn push(
        &mut self,
        now: Timestamp,
        origin: &Origin,
        event: &JobEvent,
        result: Option<&RawJson>,
    ) {
        let later_by = event.occurred_at.as_micros() - now.as_micros();
        let (millis, detail) = encode_change(event, result);
        let correlation = event.correlation_id;
        self.entry()
            .value(kind_code(event.change.event_type()))
            .value(origin.producer)
            .value(origin.job)
            .value(event.version)
            .optional(event.previous_status.map(status_code))
            .optional(event.attempt)
            .optional(origin.prev)
            .optional(millis)
            .optional((correlation != origin.own).then_some(correlation.0))
            .optional(detail)
            .optional((later_by != 0).then_some(later_by))
            .end();
    }

    pub(crate) fn push_pruned(&mut self, producer: i64, detail: &PrunedDetail) {
        self.entry()
            .value(KIND_PRUNED)
            .value(producer)
            .value(0)
            .value(0)
            .skip(5)
            .value(detail)
            .end();
    }

    /// Returns the text of the segment and starts another one.
    pub(crate) fn take(&mut self) -> String {
        self.text.push(b']');
        let next = Vec::with_capacity(self.text.len());
        let text = std::mem::replace(&mut self.text, next);
        String::from_utf8(text).expect("JSON is UTF-8")
    }

    fn entry(&mut self) -> Fields<'_> {
        self.text
            .push(if self.text.is_empty() { b'[' } else { b',' });
        Fields {
            text: &mut self.text,
            opening: b'[',
            nulls: 0,
        }
    }
}

/// Writes the fields of an entry in order.
struct Fields<'a> {
    text: &'a mut Vec<u8>,
    opening: u8,
    nulls: usize,
}

impl Fields<'_> {
    fn value(self, value: impl Serialize) -> Self {
        self.optional(Some(value))
    }

    fn optional(self, value: Option<impl Serialize>) -> Self {
        let Some(value) = value else {
            return self.skip(1);
        };
        let fields = self.separate();
        serde_json::to_writer(&mut *fields.text, &value).expect("event fields serialize to JSON");
        fields
    }

    fn skip(mut self, fields: usize) -> Self {
        self.nulls += fields;
        self
    }

    /// Writes the nulls that were skipped so far, and starts the next field.
    fn separate(mut self) -> Self {
        for _ in 0..std::mem::take(&mut self.nulls) {
            self.text.push(self.opening);
            self.text.extend_from_slice(b"null");
            self.opening = b',';
        }
        self.text.push(self.opening);
        self.opening = b',';
        self
    }

    fn end(self) {
        self.text.push(b']');
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use odd_contracts::{JobId, JobStatus, Producer};
    use odd_core::Change;

    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(1_000);

    fn event(change: Change, previous: Option<JobStatus>) -> JobEvent {
        JobEvent {
            job_id: JobId(Uuid::from_u128(7)),
            job_type: "work".parse().expect("a type"),
            queue: "q".parse().expect("a queue"),
            version: 4,
            attempt: previous.map(|_| 1),
            occurred_at: NOW,
            correlation_id: CorrelationId(Uuid::from_u128(1)),
            trace: None,
            producer: Arc::new(Producer {
                service: "s".into(),
                instance_id: "i".into(),
                version: "0.1.0".into(),
            }),
            previous_status: previous,
            change,
        }
    }

    fn origin(own: u128, prev: Option<i64>) -> Origin {
        Origin {
            producer: 2,
            job: 9,
            prev,
            own: CorrelationId(Uuid::from_u128(own)),
        }
    }

    #[test]
    fn only_trailing_nulls_are_left_out() {
        let mut segment = Segment::default();
        let created = Change::Created {
            priority: 0,
            run_at: None,
        };
        segment.push(NOW, &origin(1, None), &event(created, None), None);
        let completed = Change::Completed { duration_ms: 1.5 };
        let completed = event(completed, Some(JobStatus::Executing));
        let result = RawJson::from_text(r#"{"a":[1, 2]}"#.into()).expect("JSON");
        segment.push(NOW, &origin(1, Some(3)), &completed, Some(&result));
        segment.push(NOW, &origin(2, Some(4)), &completed, None);
        let text = segment.take();
        assert_eq!(
            text,
            r#"[[0,2,9,4],[7,2,9,4,3,1,3,1.5,null,{"a":[1, 2]}],[7,2,9,4,3,1,4,1.5,"00000000-0000-0000-0000-000000000001"]]"#
        );
        assert!(segment.is_empty());
        let entries = parse(&text).expect("valid");
        let [Some(first), Some(second), Some(third)] = &entries[..] else {
            panic!("three entries: {entries:?}");
        };
        assert_eq!((first.kind, first.previous, first.prev), (0, None, None));
        assert_eq!(second.detail(), Some(r#"{"a":[1, 2]}"#));
        assert_eq!((third.prev, third.millis), (Some(4), Some(1.5)));
        assert_eq!(third.correlation, Some(Uuid::from_u128(1)));
    }

    #[test]
    fn only_events_of_another_time_than_their_segment_have_one() {
        let mut segment = Segment::default();
        let due = event(Change::Due, Some(JobStatus::Scheduled));
        segment.push(NOW, &origin(1, Some(3)), &due, None);
        segment.push(Timestamp::from_micros(400), &origin(1, Some(3)), &due, None);
        let text = segment.take();
        let entries = parse(&text).expect("valid");
        let [Some(first), Some(second)] = &entries[..] else {
            panic!("two entries: {entries:?}");
        };
        assert_eq!((first.later_by, second.later_by), (None, Some(600)));
    }

    #[test]
    fn events_are_indexed_from_the_end_of_their_segment() {
        assert_eq!(index_of(10, 10, 3), Some(2));
        assert_eq!(index_of(8, 10, 3), Some(0));
        assert_eq!(index_of(7, 10, 3), None);
        assert_eq!(index_of(11, 10, 3), None);
        assert_eq!(index_of(i64::MIN, i64::MAX, 3), None);
    }

    #[test]
    fn pruned_events_are_null() {
        let entries = parse("[null,[2,1,1,2,1,null,1],null]").expect("valid");
        let holes: Vec<bool> = entries.iter().map(Option::is_none).collect();
        assert_eq!(holes, [true, false, true]);
    }
}
