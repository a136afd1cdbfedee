use std::time::Duration;

use futures_util::StreamExt;
use odd_bus_rabbitmq::EventQueue;

use crate::broker::Broker;
use crate::fixture::Fixture;

const QUEUE: &str = "metrics-engine.events";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_single_message_is_acknowledged_after_a_delay() {
    let fixture = Fixture::new().await;
    let gateway = fixture.gateway().await;
    let mut follower = fixture
        .follower(&gateway, EventQueue::metrics_engine())
        .await;
    let broker = Broker::open(&fixture.broker).await;
    broker.wait_for_consumer(QUEUE).await;
    gateway.jobs.submit_batch(1).await;
    follower.next(1).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    // The broker requeues what was not acknowledged.
    drop(follower);
    broker.wait_for_no_consumer(QUEUE).await;
    let mut consumer = broker.consume(QUEUE).await;
    let redelivered = tokio::time::timeout(Duration::from_secs(2), consumer.next()).await;
    assert!(redelivered.is_err(), "the message is delivered again");
}
