use lapin::message::Delivery;
use odd_bus_rabbitmq::EventQueue;
use odd_core::ports::Position;
use odd_testkit::conformance::run_one_of_each_event;

use crate::broker::{Broker, POSITION_HEADER, next};
use crate::fixture::{Fixture, Gateway};

/// Records the event messages of jobs in a broker that the follower does not use.
async fn record_messages(fixture: &Fixture, gateway: &Gateway) -> Vec<Delivery> {
    let broker = Broker::open(&fixture.broker).await;
    let mut published = broker.consume_all().await;
    run_one_of_each_event(&gateway.jobs).await;
    gateway.jobs.submit_batch(30).await;
    gateway.publisher.flushed().await;
    broker.publish("test.end", b"{}", None).await;
    let mut messages = Vec::new();
    loop {
        let delivery = next(&mut published).await;
        match delivery.routing_key.as_str() {
            "test.end" => return messages,
            key if key.starts_with("job.") => messages.push(delivery),
            _ => {}
        }
    }
}

/// Publishes recorded messages in another order, through another broker, and checks that the follower receives the log.
async fn follow(reorder: impl FnOnce(&[Delivery]) -> Vec<&Delivery>) {
    let fixture = Fixture::new().await;
    let other = Fixture::new().await;
    let gateway = fixture.gateway().await;
    let queue = EventQueue::Exclusive("read-model.test".into());
    let mut follower = other.follower(&gateway, queue).await;
    let broker = Broker::open(&other.broker).await;
    let messages = record_messages(&fixture, &gateway).await;
    for delivery in reorder(&messages) {
        let headers = delivery.properties.headers().as_ref().expect("headers");
        let position = headers.inner().get(POSITION_HEADER).expect("a position");
        let (key, position) = (delivery.routing_key.as_str(), position.as_long_long_int());
        broker.publish(key, &delivery.data, position).await;
    }
    let log = gateway.jobs.log.read_after(Position(0), 100_000).await;
    let log = log.expect("reads");
    let mut received = follower.next(log.len()).await;
    // A repeated entry would arrive before this one.
    gateway.jobs.submit(r#"{"type":"work"}"#).await;
    let last = gateway.jobs.log.read_after(log[log.len() - 1].position, 10);
    let last = last.await.expect("reads");
    assert_eq!(last.len(), 1);
    let envelope = match &last[0].entry {
        odd_core::ports::LogEntry::Event(event) => event.to_envelope(),
        other => panic!("{other:?}"),
    };
    let body = serde_json::to_vec(&envelope).expect("JSON");
    let position = i64::try_from(last[0].position.0).expect("small");
    broker.publish("job.created", &body, Some(position)).await;
    received.extend(follower.next(1).await);
    assert!(
        received == [log, last].concat(),
        "{} entries",
        received.len()
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reversed_messages_are_delivered_in_log_order() {
    follow(|messages| messages.iter().rev().collect()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn repeated_messages_are_delivered_once() {
    follow(|messages| messages.iter().flat_map(|one| [one; 3]).collect()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_sequence_repeated_three_times_is_delivered_once() {
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
