use lapin::BasicProperties;
use lapin::types::{AMQPValue, FieldTable, ShortString};
use odd_contracts::{
    CorrelationId, EventBatch, Events, Message, MessageType, Producer, QueueName, ReadyJob,
    ReadyJobs, WorkReady,
};
use odd_core::JobEvent;
use odd_core::ports::Position;
use serde::Serialize;

use super::POSITION_HEADER;

/// Delivery mode of messages that survive a restart of the broker.
const PERSISTENT: u8 = 2;

/// Most events in one message.
pub(super) const MAX_BATCH: usize = 500;

/// Size in bytes above which a batch is split in two.
const MAX_BATCH_BYTES: usize = 1024 * 1024;

/// Most jobs in one hint. Each hint goes to one worker, so small hints spread many jobs over several workers.
pub(crate) const HINT_JOBS: usize = 64;

/// A message to be published.
pub(crate) struct Outgoing {
    pub(crate) routing_key: String,
    pub(crate) body: Vec<u8>,
    pub(crate) properties: BasicProperties,
}

/// Encodes the events of one commit, in the order of the log, as messages.
pub(crate) fn events(entries: &[(Position, &JobEvent)], producer: &Producer) -> Vec<Outgoing> {
    let mut messages = Vec::new();
    // A message carries only its first position, so it must not span a gap left by retention.
    for run in entries.chunk_by(|(this, _), (next, _)| next.0 == this.0 + 1) {
        for batch in run.chunks(MAX_BATCH) {
            add_batch(batch, producer, &mut messages);
        }
    }
    messages
}

fn one_event((position, event): &(Position, &JobEvent)) -> Outgoing {
    let body = to_json(&event.to_envelope());
    let key = event.change.event_type().as_str();
    with_position(key, body, *position, event.correlation_id)
}

fn add_batch(batch: &[(Position, &JobEvent)], producer: &Producer, messages: &mut Vec<Outgoing>) {
    let ([first, _, ..], kind) = (batch, MessageType::EventBatch) else {
        messages.extend(batch.iter().map(one_event));
        return;
    };
    let (position, event) = *first;
    let envelopes = batch.iter().map(|(_, event)| event.to_envelope()).collect();
    let events: EventBatch = message(kind, event, producer, Events { events: envelopes });
    let body = to_json(&events);
    if body.len() > MAX_BATCH_BYTES {
        let (before, after) = batch.split_at(batch.len() / 2);
        add_batch(before, producer, messages);
        add_batch(after, producer, messages);
        return;
    }
    messages.push(with_position(
        kind.as_str(),
        body,
        position,
        event.correlation_id,
    ));
}

/// Encodes a hint that the jobs of these events are ready in `queue`. Returns `None` without events.
pub(crate) fn ready(
    routing_key: String,
    queue: &QueueName,
    events: &[&JobEvent],
    producer: &Producer,
) -> Option<Outgoing> {
    let first = events.first()?;
    let jobs = events.iter().map(|event| ReadyJob {
        job_id: event.job_id,
        job_type: event.job_type.clone(),
    });
    let payload = ReadyJobs {
        queue: queue.clone(),
        jobs: jobs.collect(),
    };
    let hint: WorkReady = message(MessageType::WorkReady, first, producer, payload);
    Some(Outgoing {
        routing_key,
        body: to_json(&hint),
        properties: properties(Some(first.correlation_id)),
    })
}

fn message<P>(kind: MessageType, first: &JobEvent, producer: &Producer, payload: P) -> Message<P> {
    Message::new(
        kind,
        (first.job_id, first.version),
        first.occurred_at,
        first.correlation_id,
        producer.clone(),
        payload,
    )
}

fn with_position(
    key: &str,
    body: Vec<u8>,
    first: Position,
    correlation: CorrelationId,
) -> Outgoing {
    let mut headers = FieldTable::default();
    let position = i64::try_from(first.0).unwrap_or(i64::MAX);
    headers.insert(
        ShortString::from(POSITION_HEADER),
        AMQPValue::LongLongInt(position),
    );
    Outgoing {
        routing_key: key.to_owned(),
        body,
        properties: properties(Some(correlation)).with_headers(headers),
    }
}

/// Returns the properties of a persistent JSON message.
pub(crate) fn properties(correlation: Option<CorrelationId>) -> BasicProperties {
    let properties = BasicProperties::default()
        .with_delivery_mode(PERSISTENT)
        .with_content_type(ShortString::from("application/json"));
    match correlation {
        Some(id) => properties.with_correlation_id(ShortString::from(id.to_string())),
        None => properties,
    }
}

pub(crate) fn to_json<T: Serialize>(value: &T) -> Vec<u8> {
    serde_json::to_vec(value).expect("messages are always serializable")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use odd_contracts::{FailureReason, JobId, JobStatus, Timestamp};
    use odd_core::Change;

    use super::super::read_events;
    use super::*;

    fn producer() -> Producer {
        Producer {
            service: "processor".into(),
            instance_id: "processor-1".into(),
            version: "0.1.0".into(),
        }
    }

    fn failure(text: &str) -> JobEvent {
        let id = |digits: &str| format!("0192f0c1-2f3b-7a51-b6a1-3f1f5a0c7c{digits}");
        JobEvent {
            job_id: id("11").parse::<JobId>().expect("valid"),
            job_type: "work".parse().expect("legal"),
            queue: "default".parse().expect("legal"),
            version: 4,
            attempt: Some(1),
            occurred_at: Timestamp::from_micros(1_700_000_000_000_000),
            correlation_id: id("12").parse().expect("valid"),
            trace: None,
            producer: Arc::new(producer()),
            previous_status: Some(JobStatus::Executing),
            change: Change::Failed {
                reason: FailureReason::Error,
                message: text.to_owned(),
                duration_ms: Some(0.25),
            },
        }
    }

    /// Encodes an event at each of these positions. Returns the positions decoded from each message.
    fn round_trip(positions: impl IntoIterator<Item = u64>, event: &JobEvent) -> Vec<Vec<u64>> {
        let entries: Vec<_> = positions
            .into_iter()
            .map(|at| (Position(at), event))
            .collect();
        let messages = events(&entries, &producer());
        let read = messages.iter().map(|message| {
            let read = read_events(&message.body, &message.properties);
            let entries = read.expect("valid");
            entries.iter().map(|entry| entry.position.0).collect()
        });
        read.collect()
    }

    #[test]
    fn one_event_is_a_message_and_several_are_batches() {
        let event = failure("no");
        assert_eq!(round_trip(1..2, &event), [[1]]);
        assert_eq!(round_trip(1..6, &event), [[1, 2, 3, 4, 5]]);
        let lengths: Vec<_> = round_trip(1..1_002, &event).iter().map(Vec::len).collect();
        assert_eq!(lengths, [500, 500, 1]);
    }

    #[test]
    fn batches_do_not_span_gaps() {
        let positions = [1, 2, 3, 7, 8, 20];
        assert_eq!(
            round_trip(positions, &failure("no")),
            [vec![1, 2, 3], vec![7, 8], vec![20]]
        );
    }

    #[test]
    fn large_batches_are_split() {
        // The longest error message, of characters that are escaped in JSON.
        let event = failure(&"\u{1}".repeat(4_096));
        let batches = round_trip(1..501, &event);
        assert_eq!(batches.concat(), Vec::from_iter(1..501));
        let entries: Vec<_> = (1..501).map(|at| (Position(at), &event)).collect();
        for message in events(&entries, &producer()) {
            assert!(message.body.len() <= MAX_BATCH_BYTES);
        }
        assert!(batches.len() > 10, "{}", batches.len());
    }
}
