use odd_bus_rabbitmq::{BrokerConfig, BrokerError, EventConsumer, EventQueue};
use odd_testkit::private_servers::{Authority, DataRoot, RabbitMq, RabbitMqOptions};
use odd_testkit::{PATIENCE, producers, trusting};
use rustls::CertificateError;
use tokio_util::task::AbortOnDropHandle;

use crate::fixture::Fixture;

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
async fn events_and_hints_are_delivered_over_tls() {
    let authority = Authority::new().expect("an authority");
    let server = server(&authority).await;
    let config = config(&server, Some(&authority));
    assert!(config.url.starts_with("amqps://"));
    let fixture = Fixture::at(config).await;
    let (gateway, worker) = (fixture.gateway().await, fixture.worker().await);
    let queue = EventQueue::Exclusive("read-model.test".into());
    let mut follower = fixture.follower(&gateway, queue).await;
    gateway.jobs.submit(r#"{"type":"work"}"#).await;
    assert_eq!(worker.claim(1).await.len(), 1);
    follower.next(1).await;
}

/// Returns why a consumer cannot connect.
async fn failure(config: BrokerConfig) -> BrokerError {
    let fixture = Fixture::new().await;
    let gateway = fixture.gateway().await;
    let queue = EventQueue::Exclusive("read-model.test".into());
    let sink = std::sync::Arc::new(crate::fixture::DiscardingSink);
    let consumer = EventConsumer::new(config, queue, gateway.jobs.log.clone(), sink);
    let health = consumer.health().clone();
    let _task = AbortOnDropHandle::new(tokio::spawn(consumer.run()));
    let failing = async {
        loop {
            match health.failure() {
                Some(BrokerError::NotConnected) | None => tokio::task::yield_now().await,
                Some(failure) => return failure,
            }
        }
    };
    let failed = tokio::time::timeout(PATIENCE, failing).await;
    failed.expect("fails in time")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_with_an_untrusted_certificate_is_rejected() {
    let authority = Authority::new().expect("an authority");
    let server = server(&authority).await;
    let other = Authority::new().expect("an authority");
    let error = failure(config(&server, Some(&other))).await;
    let unknown_issuer = rustls::Error::InvalidCertificate(CertificateError::UnknownIssuer);
    assert!(
        matches!(&error, BrokerError::Tls(tls) if *tls == unknown_issuer),
        "{error:?}"
    );
    let error = failure(config(&server, None)).await;
    assert!(
        matches!(error, BrokerError::NoTrustedCertificates),
        "{error:?}"
    );
}
