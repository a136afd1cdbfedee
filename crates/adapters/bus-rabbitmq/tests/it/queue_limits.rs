use odd_bus_rabbitmq::BrokerConfig;

use crate::broker::Broker;
use crate::fixture::Fixture;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn queues_without_consumers_stay_within_their_limits() {
    let fixture = Fixture::new().await;
    let fixture = Fixture::at(BrokerConfig {
        event_bytes: 50_000,
        hint_bytes: 20_000,
        ..fixture.broker
    })
    .await;
    let gateway = fixture.gateway().await;
    for _ in 0..50 {
        gateway.jobs.submit_batch(64).await;
        gateway.publisher.flushed().await;
    }
    let broker = Broker::open(&fixture.broker).await;
    for queue in ["metrics-engine.events", "jobs.default"] {
        let depth = broker.depth(queue).await;
        assert!((1..10).contains(&depth), "{queue} holds {depth} messages");
    }
    assert_eq!(broker.depth("observatory.dead-letters").await, 0);
}
