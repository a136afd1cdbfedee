use std::collections::BTreeMap;

use odd_bus_rabbitmq::EventQueue;
use odd_contracts::schema::Schemas;
use odd_contracts::{EventBatch, EventEnvelope, WorkReady};
use odd_core::ports::{LogEntry, Position};
use odd_testkit::conformance::run_one_of_each_event;
use serde_json::Value;

use crate::broker::{Broker, POSITION_HEADER, next};
use crate::fixture::Fixture;

/// Routing key of the message that ends the recording.
const END: &str = "test.end";

/// A message that was published to the exchange.
struct Published {
    routing_key: String,
    position: Option<u64>,
    body: Value,
}

/// Records all messages while jobs go through every transition, alone and in batches. Also returns the events of the log.
async fn record_messages(fixture: &Fixture) -> (Vec<Published>, BTreeMap<u64, EventEnvelope>) {
    let gateway = fixture.gateway().await;
    let broker = Broker::open(&fixture.broker).await;
    let mut messages = broker.consume_all().await;
    run_one_of_each_event(&gateway.jobs).await;
    for count in [4, 5, 1_203] {
        gateway.jobs.submit_batch(count).await;
    }
    gateway.publisher.flushed().await;
    broker.publish(END, b"{}", None).await;
    let mut published = Vec::new();
    loop {
        let delivery = next(&mut messages).await;
        if delivery.routing_key.as_str() == END {
            break;
        }
        let headers = delivery.properties.headers().as_ref();
        let position =
            headers.and_then(|table| table.inner().get(POSITION_HEADER)?.as_long_long_int());
        published.push(Published {
            routing_key: delivery.routing_key.to_string(),
            position: position.and_then(|position| u64::try_from(position).ok()),
            body: serde_json::from_slice(&delivery.data).expect("JSON"),
        });
    }
    let log = gateway.jobs.log.read_after(Position(0), 100_000).await;
    let events = log.expect("reads").into_iter().map(|record| {
        let LogEntry::Event(event) = record.entry else {
            panic!("nothing is pruned");
        };
        (record.position.0, event.to_envelope())
    });
    (published, events.collect())
}

fn typed<T: serde::de::DeserializeOwned>(body: &Value) -> T {
    serde_json::from_value(body.clone()).expect("its type")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_message_follows_its_contract_and_every_event_is_published() {
    let (published, log) = record_messages(&Fixture::new().await).await;
    let mut events_by_position = BTreeMap::new();
    let (mut batches, mut hinted) = (Vec::new(), 0);
    for Published {
        routing_key,
        position,
        body,
    } in &published
    {
        let event_type = body["eventType"].as_str().expect("a type");
        let schema = match event_type {
            "job.batch" => "event-batch",
            "work.ready" => "work-ready",
            _ => "event-envelope",
        };
        let schema = Schemas::embedded().get(schema).expect("a schema");
        assert_eq!(schema.validate(body), Ok(()), "{body}");
        if event_type == "work.ready" {
            assert_eq!(routing_key, "work.default");
            hinted += typed::<WorkReady>(body).payload.jobs.len();
            continue;
        }
        assert_eq!(routing_key, event_type);
        let events = match event_type {
            "job.batch" => typed::<EventBatch>(body).payload.events,
            _ => vec![typed(body)],
        };
        if events.len() > 1 {
            batches.push(events.len());
        }
        events_by_position.extend((position.expect("a position")..).zip(events));
    }
    assert!(
        events_by_position == log,
        "{} events of {}",
        events_by_position.len(),
        log.len()
    );
    assert!(batches.ends_with(&[5, 500, 500, 203]), "{batches:?}");
    let made_ready = log.values().filter(|event| {
        let kind = event.event_type.as_str();
        let is_delayed = event.payload.run_at.is_some();
        matches!(kind, "job.due" | "job.requeued") || kind == "job.created" && !is_delayed
    });
    assert_eq!(hinted, made_ready.count());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn published_messages_are_consumed_and_none_is_quarantined() {
    let fixture = Fixture::new().await;
    let gateway = fixture.gateway().await;
    let queue = EventQueue::Shared("metrics-engine.events".into());
    let mut follower = fixture.follower(&gateway, queue).await;
    run_one_of_each_event(&gateway.jobs).await;
    gateway.jobs.submit_batch(700).await;
    let log = gateway.jobs.log.read_after(Position(0), 100_000).await;
    let log = log.expect("reads");
    assert!(follower.next(log.len()).await == log);
    let broker = Broker::open(&fixture.broker).await;
    assert_eq!(broker.depth("observatory.dead-letters").await, 0);
}
