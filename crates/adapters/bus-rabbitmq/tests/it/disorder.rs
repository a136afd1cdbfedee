use lapin::message::Delivery;
use odd_bus_rabbitmq::EventQueue;
use odd_core::ports::Position;
use odd_testkit::conformance::tell;

use crate::broker::{Broker, PLACE, next};
use crate::rig::{Gateway, Rig};

/// The messages of a story that only the test has seen.
async fn told(rig: &Rig, gateway: &Gateway) -> Vec<Delivery> {
    let broker = Broker::open(&rig.broker).await;
    let mut everything = broker.everything().await;
    tell(&gateway.jobs).await;
    gateway.jobs.submit_batch(30).await;
    gateway.publisher.flushed().await;
    broker.publish("test.end", b"{}", None).await;
    let mut messages = Vec::new();
    loop {
        let delivery = next(&mut everything).await;
        match delivery.routing_key.as_str() {
            "test.end" => return messages,
            key if key.starts_with("job.") => messages.push(delivery),
            _ => {}
        }
    }
}

/// Tells a follower, on a broker of its own, the messages of a story in another order; it has to see the log.
async fn follow(disturb: impl FnOnce(&[Delivery]) -> Vec<&Delivery>) {
    let rig = Rig::new().await;
    let elsewhere = Rig::new().await;
    let gateway = rig.gateway().await;
    let queue = EventQueue::Exclusive("read-model.test".into());
    let mut follower = elsewhere.follower(&gateway, queue).await;
    let broker = Broker::open(&elsewhere.broker).await;
    let messages = told(&rig, &gateway).await;
    for delivery in disturb(&messages) {
        let headers = delivery.properties.headers().as_ref().expect("headers");
        let place = headers.inner().get(PLACE).expect("a place");
        let (key, place) = (delivery.routing_key.as_str(), place.as_long_long_int());
        broker.publish(key, &delivery.data, place).await;
    }
    let log = gateway.jobs.log.read_after(Position(0), 100_000).await;
    let log = log.expect("reads");
    let mut seen = follower.next(log.len()).await;
    // Whatever was told twice would come before this.
    gateway.jobs.submit(r#"{"type":"work"}"#).await;
    let last = gateway.jobs.log.read_after(log[log.len() - 1].position, 10);
    let last = last.await.expect("reads");
    assert_eq!(last.len(), 1);
    let envelope = match &last[0].entry {
        odd_core::ports::LogEntry::Event(event) => event.to_envelope(),
        other => panic!("{other:?}"),
    };
    let body = serde_json::to_vec(&envelope).expect("JSON");
    let place = i64::try_from(last[0].position.0).expect("small");
    broker.publish("job.created", &body, Some(place)).await;
    seen.extend(follower.next(1).await);
    assert!(seen == [log, last].concat(), "{} entries", seen.len());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_in_reversed_order_are_told_in_the_order_of_the_log() {
    follow(|messages| messages.iter().rev().collect()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn repeated_messages_are_told_once() {
    follow(|messages| messages.iter().flat_map(|one| [one; 3]).collect()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_story_told_three_times_over_is_told_once() {
    follow(|messages| {
        let thrice = [messages; 3];
        thrice.into_iter().flatten().collect()
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_messages_are_read_from_the_log() {
    follow(|messages| messages.iter().rev().step_by(2).collect()).await;
}
