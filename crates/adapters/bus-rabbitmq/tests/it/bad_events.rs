use base64::prelude::{BASE64_STANDARD, Engine};
use odd_bus_rabbitmq::EventQueue;
use odd_contracts::{EventId, ParkedMessage};
use odd_core::ports::{LogEntry, Position};
use serde_json::{Value, json};

use crate::broker::{Broker, next_parked, pointers};
use crate::rig::{Follower, Gateway, Rig};

const QUEUE: &str = "metrics-engine.events";

/// A message that nobody can use, and where the first mistake is.
struct Bad {
    body: Vec<u8>,
    place: Option<i64>,
    pointer: &'static str,
}

fn bad(body: &Value, pointer: &'static str) -> Bad {
    Bad {
        body: body.to_string().into_bytes(),
        place: Some(9_000),
        pointer,
    }
}

/// `value` with one member replaced.
fn with(value: &Value, pointer: &str, member: Value) -> Value {
    let mut changed = value.clone();
    match changed.pointer_mut(pointer) {
        Some(present) => *present = member,
        None => changed[&pointer[1..]] = member,
    }
    changed
}

/// Every mistake, made in a real event.
fn mistakes(event: &Value) -> Vec<Bad> {
    let some_id = json!("8d3b6f52-0c47-5a7e-8e0d-6c3a3a9c5b10");
    let batch = json!({
        "contractVersion": "1.0.0", "eventType": "job.batch", "eventId": some_id,
        "occurredAt": event["occurredAt"], "producer": event["producer"],
        "correlationId": event["correlationId"],
        "idempotencyKey": format!("job.batch:{}", event["idempotencyKey"].as_str().expect("a text")),
        "payload": {"events": [event, event]},
    });
    let not_json = |body: &[u8]| Bad {
        body: body.to_vec(),
        ..bad(event, "")
    };
    vec![
        not_json(b""),
        not_json(b"{\"contractVersion\":"),
        not_json(b"\xff\xfe"),
        not_json(&[b' '; ParkedMessage::MAX_BYTES + 1]),
        Bad {
            place: None,
            ..bad(event, "")
        },
        Bad {
            place: Some(-1),
            ..bad(event, "")
        },
        bad(
            &with(event, "/contractVersion", json!("2.0.0")),
            "/contractVersion",
        ),
        bad(
            &with(event, "/contractVersion", json!(1)),
            "/contractVersion",
        ),
        bad(
            &with(event, "/eventType", json!("work.ready")),
            "/eventType",
        ),
        bad(&with(event, "/eventId", some_id.clone()), "/eventId"),
        bad(
            &with(event, "/payload/priority", json!(101)),
            "/payload/priority",
        ),
        bad(&with(event, "/mood", json!("good")), "/mood"),
        bad(
            &with(
                event,
                "/idempotencyKey",
                json!(format!("{}:1", some_id.as_str().expect("a text"))),
            ),
            "/idempotencyKey",
        ),
        bad(
            &with(&batch, "/payload/events/1/eventId", some_id.clone()),
            "/payload/events/1/eventId",
        ),
        bad(
            &with(&batch, "/payload/events/1", json!(7)),
            "/payload/events/1",
        ),
        bad(
            &with(&batch, "/payload/events", json!([event])),
            "/payload/events",
        ),
        bad(
            &with(&batch, "/contractVersion", json!("2.0.0")),
            "/contractVersion",
        ),
    ]
}

/// A new event, seen by the follower too.
async fn good(gateway: &Gateway, follower: &mut Follower) -> Value {
    let id = gateway.jobs.submit(r#"{"type":"work"}"#).await;
    let told = follower.next(1).await;
    let LogEntry::Event(event) = &told[0].entry else {
        panic!("{told:?}");
    };
    assert_eq!((event.job_id, told.len()), (id, 1));
    assert_eq!(event.to_envelope().event_id, EventId::of(id, 1));
    serde_json::to_value(event.to_envelope()).expect("JSON")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn bad_messages_are_parked_once_and_hold_up_nothing() {
    let rig = Rig::new().await;
    let gateway = rig.gateway().await;
    let mut follower = rig
        .follower(&gateway, EventQueue::Shared(QUEUE.into()))
        .await;
    let broker = Broker::open(&rig.broker).await;
    let mut dead_letters = broker.consume("observatory.dead-letters").await;
    let event = good(&gateway, &mut follower).await;
    let correlation = event["correlationId"].as_str();
    for one in mistakes(&event) {
        broker.publish("job.created", &one.body, one.place).await;
        let parked = next_parked(&mut dead_letters).await;
        assert_eq!(pointers(&parked.errors)[0], one.pointer, "{parked:.500?}");
        assert_eq!(parked.size, one.body.len() as u64);
        let kept = &one.body[..one.body.len().min(ParkedMessage::MAX_BYTES)];
        assert!(BASE64_STANDARD.decode(&parked.bytes).expect("base64") == kept);
        assert_eq!(parked.exchange, "observatory.events");
        assert_eq!(parked.routing_key, "job.created");
        assert_eq!(parked.parked_by, rig.broker.producer);
        let parked_correlation = parked.correlation_id.map(|id| id.to_string());
        if one.body.starts_with(b"{\"c") && one.body.ends_with(b"}") {
            assert_eq!(parked_correlation.as_deref(), correlation);
        }
        // What was parked twice would come before the next one.
        good(&gateway, &mut follower).await;
    }
    assert_eq!(broker.depth(QUEUE).await, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn later_minor_versions_are_understood() {
    let rig = Rig::new().await;
    let elsewhere = Rig::new().await;
    let gateway = rig.gateway().await;
    let queue = EventQueue::Shared(QUEUE.into());
    let mut follower = elsewhere.follower(&gateway, queue).await;
    let broker = Broker::open(&elsewhere.broker).await;
    gateway.jobs.submit(r#"{"type":"work"}"#).await;
    let log = gateway.jobs.log.read_after(Position(0), 10).await;
    let log = log.expect("reads");
    let LogEntry::Event(event) = &log[0].entry else {
        panic!("{log:?}");
    };
    let envelope = serde_json::to_value(event.to_envelope()).expect("JSON");
    let later = with(&envelope, "/contractVersion", json!("1.99.7"));
    let place = i64::try_from(log[0].position.0).expect("small");
    let body = later.to_string().into_bytes();
    broker.publish("job.created", &body, Some(place)).await;
    assert_eq!(follower.next(1).await, log);
    assert_eq!(broker.depth("observatory.dead-letters").await, 0);
}
