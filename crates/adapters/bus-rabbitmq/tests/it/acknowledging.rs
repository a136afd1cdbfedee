use std::time::Duration;

use futures_util::StreamExt;
use odd_bus_rabbitmq::EventQueue;

use crate::broker::Broker;
use crate::rig::Rig;

const QUEUE: &str = "metrics-engine.events";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn few_messages_are_acknowledged_after_a_moment() {
    let rig = Rig::new().await;
    let gateway = rig.gateway().await;
    let mut follower = rig.follower(&gateway, EventQueue::metrics_engine()).await;
    let broker = Broker::open(&rig.broker).await;
    broker.listened(QUEUE).await;
    gateway.jobs.submit_batch(1).await;
    follower.next(1).await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    // What it holds unacknowledged comes back to the queue.
    drop(follower);
    broker.deserted(QUEUE).await;
    let mut consumer = broker.consume(QUEUE).await;
    let again = tokio::time::timeout(Duration::from_secs(2), consumer.next()).await;
    assert!(again.is_err(), "it is delivered again");
}
