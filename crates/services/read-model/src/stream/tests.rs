use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use axum::response::{IntoResponse, Sse};
use futures_util::{Stream, StreamExt};
use odd_contracts::schema::validate_event;
use odd_contracts::{
    CorrelationId, EventType, FailureReason, JobId, JobStatus, Producer, Timestamp,
};
use odd_core::ports::{EventStream, LogEntry, LogRecord, Position, StoreError};
use odd_core::{Change, JobEvent};
use tokio_util::sync::CancellationToken;

use super::{EventFilter, Follower, StreamLimit};

/// More than the message of any legal event. Nothing enforces it: the limits of the contract on the fields of an event
/// keep messages short, and with them the memory of a stream.
const LONG_FRAME_BYTES: usize = 32 * 1024;

/// Yields one event after each interval, without end.
struct Ticker {
    position: u64,
    interval: Duration,
    reads: Arc<AtomicUsize>,
}

#[async_trait]
impl EventStream for Ticker {
    async fn next(&mut self) -> Result<Vec<LogRecord>, StoreError> {
        tokio::time::sleep(self.interval).await;
        self.position += 1;
        self.reads.fetch_add(1, Ordering::Relaxed);
        Ok(vec![created(self.position)])
    }
}

/// Yields these batches, then fails.
struct Batches(Vec<Vec<LogRecord>>);

#[async_trait]
impl EventStream for Batches {
    async fn next(&mut self) -> Result<Vec<LogRecord>, StoreError> {
        if self.0.is_empty() {
            return Err(StoreError::Unavailable("gone".into()));
        }
        Ok(self.0.remove(0))
    }
}

fn created(position: u64) -> LogRecord {
    let event = JobEvent {
        job_id: JobId(uuid::Uuid::from_u128(position.into())),
        job_type: "echo".parse().expect("a type"),
        queue: "default".parse().expect("a queue"),
        version: 1,
        attempt: None,
        occurred_at: Timestamp::from_micros(0),
        correlation_id: CorrelationId(uuid::Uuid::nil()),
        trace: None,
        producer: Arc::new(Producer {
            service: "gateway".into(),
            instance_id: "test".into(),
            version: "1.0.0".into(),
        }),
        previous_status: None,
        change: Change::Created {
            priority: 0,
            run_at: None,
        },
    };
    LogRecord {
        position: Position(position),
        entry: LogEntry::Event(Arc::new(event)),
    }
}

/// Returns the largest legal event: texts of the longest length, in characters that JSON escapes to six bytes.
fn longest(position: u64) -> LogRecord {
    let mut record = created(position);
    let LogEntry::Event(event) = &mut record.entry else {
        panic!("nothing was pruned");
    };
    let event = Arc::make_mut(event);
    event.job_type = "x".repeat(50).parse().expect("a type");
    event.queue = "x".repeat(50).parse().expect("a queue");
    event.version = u32::MAX;
    event.attempt = Some(u32::MAX);
    event.occurred_at = Timestamp::from_micros(i64::MAX);
    event.producer = Arc::new(Producer {
        service: "metrics-engine".into(),
        instance_id: "\u{1}".repeat(200),
        version: "1.0.0".into(),
    });
    event.previous_status = Some(JobStatus::Executing);
    event.change = Change::Failed {
        reason: FailureReason::InvalidPayload,
        message: "\u{1}".repeat(4_096),
        duration_ms: Some(f64::MAX),
    };
    record
}

fn pruned(position: u64) -> LogRecord {
    LogRecord {
        position: Position(position),
        entry: LogEntry::Pruned {
            job_type: "echo".parse().expect("a type"),
            queue: "default".parse().expect("a queue"),
            status: JobStatus::Completed,
            count: 3,
            before: Timestamp::from_micros(0),
        },
    }
}

fn frames(
    events: impl EventStream + 'static,
    filter: EventFilter,
) -> impl Stream<Item = String> + Unpin {
    let permit = StreamLimit::new(1).acquire().expect("one is free");
    let shutdown = CancellationToken::new();
    let follower = Follower::new(Box::new(events), Position(7), filter, permit, shutdown);
    let body = Sse::new(follower.into_messages())
        .into_response()
        .into_body();
    let frames = body.into_data_stream().map(|frame| {
        let bytes = frame.expect("frames never fail");
        String::from_utf8(bytes.into()).expect("text")
    });
    Box::pin(frames)
}

fn ticker(interval: Duration) -> (Ticker, Arc<AtomicUsize>) {
    let reads = Arc::new(AtomicUsize::new(0));
    let ticker = Ticker {
        position: 7,
        interval,
        reads: Arc::clone(&reads),
    };
    (ticker, reads)
}

#[tokio::test(start_paused = true)]
async fn heartbeats_are_sent_while_there_are_no_events() {
    let (ticker, _) = ticker(Duration::from_secs(40));
    let mut frames = frames(ticker, EventFilter::default());
    let began = tokio::time::Instant::now();
    assert_eq!(
        frames.next().await.as_deref(),
        Some(": open\nretry: 1000\nid: 7\n\n")
    );
    for seconds in [15, 30] {
        assert_eq!(
            frames.next().await.as_deref(),
            Some(": heartbeat\nid: 7\n\n")
        );
        assert_eq!(began.elapsed(), Duration::from_secs(seconds));
    }
}

#[tokio::test(start_paused = true)]
async fn heartbeats_advance_past_filtered_events() {
    let (ticker, _) = ticker(Duration::from_secs(1));
    let filter = EventFilter {
        event_type: Some(EventType::Completed),
        ..EventFilter::default()
    };
    let mut frames = frames(ticker, filter);
    frames.next().await;
    let heartbeat = frames.next().await.expect("a heartbeat");
    let position: u64 = heartbeat
        .strip_prefix(": heartbeat\nid: ")
        .and_then(|rest| rest.trim_end().parse().ok())
        .expect("a heartbeat with a position");
    assert!((20..=22).contains(&position), "{position}");
}

#[tokio::test(start_paused = true)]
async fn bus_is_not_read_while_the_client_does_not_read() {
    let (ticker, reads) = ticker(Duration::from_millis(1));
    let mut frames = frames(ticker, EventFilter::default());
    frames.next().await;
    frames.next().await;
    let before = reads.load(Ordering::Relaxed);
    tokio::time::sleep(Duration::from_secs(3600)).await;
    assert_eq!(reads.load(Ordering::Relaxed), before);
}

#[tokio::test]
async fn pruned_entries_are_not_sent_and_a_failing_bus_ends_the_stream() {
    let batches = Batches(vec![
        vec![pruned(8), created(9), pruned(10)],
        vec![pruned(11)],
    ]);
    let mut frames = frames(batches, EventFilter::default());
    frames.next().await;
    let frame = frames.next().await.expect("an event");
    assert!(
        frame.starts_with("id: 9\nevent: job.created\ndata: {"),
        "{frame}"
    );
    assert_eq!(frame.matches("id: ").count(), 1);
    assert_eq!(frames.next().await, None);
}

#[tokio::test]
async fn long_batches_are_sent_one_event_at_a_time() {
    let batch: Vec<LogRecord> = (8..2_008).map(created).collect();
    let mut frames = frames(Batches(vec![batch]), EventFilter::default());
    frames.next().await;
    let mut events = 0;
    while let Some(frame) = frames.next().await {
        assert_eq!(frame.matches("event: job.created").count(), 1, "{frame}");
        events += 1;
    }
    assert_eq!(events, 2_000);
}

#[tokio::test]
async fn longest_event_is_sent_in_a_short_message() {
    let record = longest(u64::MAX);
    let LogEntry::Event(event) = &record.entry else {
        panic!("nothing was pruned");
    };
    assert!(event.is_legal());
    let envelope = serde_json::to_value(event.to_envelope()).expect("prints");
    assert_eq!(validate_event(&envelope), Ok(()));
    let batch = vec![record.clone(), record.clone(), record];
    let mut frames = frames(Batches(vec![batch]), EventFilter::default());
    frames.next().await;
    let gap = frames.next().await.expect("a gap");
    assert!(gap.contains("event: gap"), "{gap}");
    for _ in 0..3 {
        let frame = frames.next().await.expect("an event");
        assert!(frame.len() < LONG_FRAME_BYTES, "{} bytes", frame.len());
    }
    assert_eq!(frames.next().await, None);
}

#[tokio::test]
async fn removed_entries_are_reported_where_they_are_missing() {
    let batches = Batches(vec![
        vec![created(10), created(11), pruned(14), created(16)],
        vec![pruned(18)],
    ]);
    let mut all = frames(batches, EventFilter::default());
    all.next().await;
    for expected in [
        "id: 9\nevent: gap\ndata: {\"first\":8,\"last\":9}\n\n",
        "id: 10\nevent: job.created",
        "id: 11\nevent: job.created",
        "id: 15\nevent: gap\ndata: {\"first\":12,\"last\":15}\n\n",
        "id: 16\nevent: job.created",
        "id: 18\nevent: gap\ndata: {\"first\":17,\"last\":17}\n\n",
    ] {
        let frame = all.next().await.expect("a message");
        assert!(frame.starts_with(expected), "{frame}");
    }
    assert_eq!(all.next().await, None);

    let filter = EventFilter {
        event_type: Some(EventType::Completed),
        ..EventFilter::default()
    };
    let batch = vec![created(10), created(13), created(14)];
    let mut filtered = frames(Batches(vec![batch]), filter);
    filtered.next().await;
    assert_eq!(
        filtered.next().await.as_deref(),
        Some("id: 14\nevent: gap\ndata: {\"first\":8,\"last\":12}\n\n")
    );
    assert_eq!(filtered.next().await, None);
}
