use base64::prelude::{BASE64_STANDARD, Engine};
use odd_bus_rabbitmq::EventQueue;
use odd_contracts::{EventId, ParkedMessage};
use odd_core::ports::{LogEntry, Position};
use serde_json::{Value, json};

use crate::broker::{Broker, next_quarantined, pointers};
use crate::fixture::{Fixture, Follower, Gateway};

const QUEUE: &str = "metrics-engine.events";

/// An invalid message, and the JSON pointer of its first error.
struct InvalidMessage {
    body: Vec<u8>,
    position: Option<i64>,
    pointer: &'static str,
}

fn invalid(body: &Value, pointer: &'static str) -> InvalidMessage {
    InvalidMessage {
        body: body.to_string().into_bytes(),
        position: Some(9_000),
        pointer,
    }
}

/// Returns `value` with one field replaced or added.
fn with(value: &Value, pointer: &str, field: Value) -> Value {
    let mut changed = value.clone();
    match changed.pointer_mut(pointer) {
        Some(present) => *present = field,
        None => changed[&pointer[1..]] = field,
    }
    changed
}

/// Returns invalid variants of a valid event.
fn invalid_variants(event: &Value) -> Vec<InvalidMessage> {
    let some_id = json!("8d3b6f52-0c47-5a7e-8e0d-6c3a3a9c5b10");
    let batch = json!({
        "contractVersion": "1.0.0", "eventType": "job.batch", "eventId": some_id,
        "occurredAt": event["occurredAt"], "producer": event["producer"],
        "correlationId": event["correlationId"],
        "idempotencyKey": format!("job.batch:{}", event["idempotencyKey"].as_str().expect("a text")),
        "payload": {"events": [event, event]},
    });
    let not_json = |body: &[u8]| InvalidMessage {
        body: body.to_vec(),
        ..invalid(event, "")
    };
    vec![
        not_json(b""),
        not_json(b"{\"contractVersion\":"),
        not_json(b"\xff\xfe"),
        not_json(&[b' '; ParkedMessage::MAX_BYTES + 1]),
        InvalidMessage {
            position: None,
            ..invalid(event, "")
        },
        InvalidMessage {
            position: Some(-1),
            ..invalid(event, "")
        },
        invalid(
            &with(event, "/contractVersion", json!("2.0.0")),
            "/contractVersion",
        ),
        invalid(
            &with(event, "/contractVersion", json!(1)),
            "/contractVersion",
        ),
        invalid(
            &with(event, "/eventType", json!("work.ready")),
            "/eventType",
        ),
        invalid(&with(event, "/eventId", some_id.clone()), "/eventId"),
        invalid(
            &with(event, "/payload/priority", json!(101)),
            "/payload/priority",
        ),
        invalid(&with(event, "/mood", json!("good")), "/mood"),
        invalid(
            &with(
                event,
                "/idempotencyKey",
                json!(format!("{}:1", some_id.as_str().expect("a text"))),
            ),
            "/idempotencyKey",
        ),
        invalid(
            &with(&batch, "/payload/events/1/eventId", some_id.clone()),
            "/payload/events/1/eventId",
        ),
        invalid(
            &with(&batch, "/payload/events/1", json!(7)),
            "/payload/events/1",
        ),
        invalid(
            &with(&batch, "/payload/events", json!([event])),
            "/payload/events",
        ),
        invalid(
            &with(&batch, "/contractVersion", json!("2.0.0")),
            "/contractVersion",
        ),
    ]
}

/// Commits a valid event, and waits until the follower has received it.
async fn valid_event(gateway: &Gateway, follower: &mut Follower) -> Value {
    let id = gateway.jobs.submit(r#"{"type":"work"}"#).await;
    let received = follower.next(1).await;
    let LogEntry::Event(event) = &received[0].entry else {
        panic!("{received:?}");
    };
    assert_eq!((event.job_id, received.len()), (id, 1));
    assert_eq!(event.to_envelope().event_id, EventId::of(id, 1));
    serde_json::to_value(event.to_envelope()).expect("JSON")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn invalid_events_are_quarantined_once_and_block_nothing() {
    let fixture = Fixture::new().await;
    let gateway = fixture.gateway().await;
    let mut follower = fixture
        .follower(&gateway, EventQueue::Shared(QUEUE.into()))
        .await;
    let broker = Broker::open(&fixture.broker).await;
    let mut dead_letters = broker.consume("observatory.dead-letters").await;
    let event = valid_event(&gateway, &mut follower).await;
    let correlation = event["correlationId"].as_str();
    assert_eq!(fixture.broker.quarantined.get(), 0);
    for (before, invalid) in (0..).zip(invalid_variants(&event)) {
        broker
            .publish("job.created", &invalid.body, invalid.position)
            .await;
        let quarantined = next_quarantined(&mut dead_letters).await;
        assert_eq!(
            pointers(&quarantined.errors)[0],
            invalid.pointer,
            "{quarantined:.500?}"
        );
        assert_eq!(quarantined.size, invalid.body.len() as u64);
        let kept = &invalid.body[..invalid.body.len().min(ParkedMessage::MAX_BYTES)];
        assert!(BASE64_STANDARD.decode(&quarantined.bytes).expect("base64") == kept);
        assert_eq!(quarantined.exchange, "observatory.events");
        assert_eq!(quarantined.routing_key, "job.created");
        assert_eq!(quarantined.parked_by, fixture.broker.producer);
        let quarantined_correlation = quarantined.correlation_id.map(|id| id.to_string());
        if invalid.body.starts_with(b"{\"c") && invalid.body.ends_with(b"}") {
            assert_eq!(quarantined_correlation.as_deref(), correlation);
        }
        // A second copy would arrive before the next quarantined message.
        valid_event(&gateway, &mut follower).await;
        assert_eq!(fixture.broker.quarantined.get(), before + 1);
    }
    assert_eq!(broker.depth(QUEUE).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn later_minor_versions_are_accepted() {
    let fixture = Fixture::new().await;
    let other = Fixture::new().await;
    let gateway = fixture.gateway().await;
    let queue = EventQueue::Shared(QUEUE.into());
    let mut follower = other.follower(&gateway, queue).await;
    let broker = Broker::open(&other.broker).await;
    gateway.jobs.submit(r#"{"type":"work"}"#).await;
    let log = gateway.jobs.log.read_after(Position(0), 10).await;
    let log = log.expect("reads");
    let LogEntry::Event(event) = &log[0].entry else {
        panic!("{log:?}");
    };
    let envelope = serde_json::to_value(event.to_envelope()).expect("JSON");
    let later = with(&envelope, "/contractVersion", json!("1.99.7"));
    let position = i64::try_from(log[0].position.0).expect("small");
    let body = later.to_string().into_bytes();
    broker.publish("job.created", &body, Some(position)).await;
    assert_eq!(follower.next(1).await, log);
    assert_eq!(broker.depth("observatory.dead-letters").await, 0);
}
