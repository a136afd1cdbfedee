use std::collections::BTreeMap;

use odd_bus_rabbitmq::EventQueue;
use odd_contracts::schema::Schemas;
use odd_contracts::{EventBatch, EventEnvelope, WorkReady};
use odd_core::ports::{LogEntry, Position};
use odd_testkit::conformance::tell;
use serde_json::Value;

use crate::broker::{Broker, PLACE, next};
use crate::rig::Rig;

/// A message that goes last.
const END: &str = "test.end";

/// One message of the exchange.
struct Seen {
    routing_key: String,
    place: Option<u64>,
    body: Value,
}

/// What everybody sends while jobs live through everything that can happen, singly and by the hundreds.
async fn story(rig: &Rig) -> (Vec<Seen>, BTreeMap<u64, EventEnvelope>) {
    let gateway = rig.gateway().await;
    let broker = Broker::open(&rig.broker).await;
    let mut everything = broker.everything().await;
    tell(&gateway.jobs).await;
    for count in [4, 5, 1_203] {
        gateway.jobs.submit_batch(count).await;
    }
    gateway.publisher.flushed().await;
    broker.publish(END, b"{}", None).await;
    let mut seen = Vec::new();
    loop {
        let delivery = next(&mut everything).await;
        if delivery.routing_key.as_str() == END {
            break;
        }
        let headers = delivery.properties.headers().as_ref();
        let place = headers.and_then(|table| table.inner().get(PLACE)?.as_long_long_int());
        seen.push(Seen {
            routing_key: delivery.routing_key.to_string(),
            place: place.and_then(|place| u64::try_from(place).ok()),
            body: serde_json::from_slice(&delivery.data).expect("JSON"),
        });
    }
    let log = gateway.jobs.log.read_after(Position(0), 100_000).await;
    let events = log.expect("reads").into_iter().map(|recorded| {
        let LogEntry::Event(event) = recorded.entry else {
            panic!("nothing is pruned");
        };
        (recorded.position.0, event.to_envelope())
    });
    (seen, events.collect())
}

fn typed<T: serde::de::DeserializeOwned>(body: &Value) -> T {
    serde_json::from_value(body.clone()).expect("its type")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_message_follows_its_contract_and_every_event_is_told() {
    let (seen, log) = story(&Rig::new().await).await;
    let mut told = BTreeMap::new();
    let (mut batches, mut hinted) = (Vec::new(), 0);
    for Seen {
        routing_key,
        place,
        body,
    } in &seen
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
        told.extend((place.expect("a place")..).zip(events));
    }
    assert!(told == log, "{} events of {}", told.len(), log.len());
    assert!(batches.ends_with(&[5, 500, 500, 203]), "{batches:?}");
    let made_ready = log.values().filter(|event| {
        let kind = event.event_type.as_str();
        let is_delayed = event.payload.run_at.is_some();
        matches!(kind, "job.due" | "job.requeued") || kind == "job.created" && !is_delayed
    });
    assert_eq!(hinted, made_ready.count());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_publishers_send_is_taken_without_a_word() {
    let rig = Rig::new().await;
    let gateway = rig.gateway().await;
    let queue = EventQueue::Shared("metrics-engine.events".into());
    let mut follower = rig.follower(&gateway, queue).await;
    tell(&gateway.jobs).await;
    gateway.jobs.submit_batch(700).await;
    let log = gateway.jobs.log.read_after(Position(0), 100_000).await;
    let log = log.expect("reads");
    assert!(follower.next(log.len()).await == log);
    let broker = Broker::open(&rig.broker).await;
    assert_eq!(broker.depth("observatory.dead-letters").await, 0);
}
