use odd_bus_rabbitmq::{BrokerConfig, EventConsumer, EventQueue};
use odd_testkit::private_servers::{Authority, DataRoot, RabbitMq, RabbitMqOptions};
use odd_testkit::{PATIENCE, producers, trusting};
use tokio_util::task::AbortOnDropHandle;

use crate::rig::Rig;

async fn server(authority: &Authority) -> RabbitMq {
    let options = RabbitMqOptions {
        certificate: Some(authority.certify().expect("a certificate")),
        ..RabbitMqOptions::default()
    };
    let root = DataRoot::temporary().expect("a temporary folder");
    let start = move || RabbitMq::start_with(&root, options);
    let started = tokio::task::spawn_blocking(start).await.expect("no panic");
    started.unwrap_or_else(|error| panic!("{error}"))
}

fn config(server: &RabbitMq, trusted: Option<&Authority>) -> BrokerConfig {
    BrokerConfig {
        tls: trusted.map(trusting),
        ..BrokerConfig::new(server.url(), producers().processor)
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_and_hints_travel_over_tls() {
    let authority = Authority::new().expect("an authority");
    let server = server(&authority).await;
    let config = config(&server, Some(&authority));
    assert!(config.url.starts_with("amqps://"));
    let rig = Rig::at(config).await;
    let (gateway, worker) = (rig.gateway().await, rig.worker().await);
    let queue = EventQueue::Exclusive("read-model.test".into());
    let mut follower = rig.follower(&gateway, queue).await;
    gateway.jobs.submit(r#"{"type":"work"}"#).await;
    assert_eq!(worker.claim(1).await.len(), 1);
    follower.next(1).await;
}

/// Why a broker cannot be used.
async fn failure(config: BrokerConfig) -> String {
    let rig = Rig::new().await;
    let gateway = rig.gateway().await;
    let queue = EventQueue::Exclusive("read-model.test".into());
    let sink = std::sync::Arc::new(crate::rig::Deaf);
    let consumer = EventConsumer::new(config, queue, gateway.jobs.log.clone(), sink);
    let health = consumer.health().clone();
    let _task = AbortOnDropHandle::new(tokio::spawn(consumer.run()));
    let failing = async {
        loop {
            match health.failure() {
                Some(failure) if failure != "not connected yet" => return failure,
                _ => tokio::task::yield_now().await,
            }
        }
    };
    let failed = tokio::time::timeout(PATIENCE, failing).await;
    failed.expect("fails in time")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_nobody_trusted_vouches_for_is_not_used() {
    let authority = Authority::new().expect("an authority");
    let server = server(&authority).await;
    let stranger = Authority::new().expect("an authority");
    let text = failure(config(&server, Some(&stranger))).await;
    assert!(
        text.contains("invalid peer certificate: UnknownIssuer"),
        "{text}"
    );
    let text = failure(config(&server, None)).await;
    assert!(text.contains("no certificates are trusted"), "{text}");
}
