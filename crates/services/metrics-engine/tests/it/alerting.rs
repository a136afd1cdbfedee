use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use axum::Router;
use axum::http::StatusCode;
use axum::routing::get;
use odd_contracts::{Alert, AlertRules, AlertState, HoldDuration, Timestamp};
use odd_core::SystemClock;
use odd_core::ports::{AlertBook, Clock};
use odd_metrics_engine::{
    AlertingConfig, Config, MetricsEngine, Ports, ScrapeTarget, WebhookConfig,
};
use odd_service_kit::telemetry::Tracer;
use odd_service_kit::{HttpConfig, ServiceInfo};
use odd_testkit::{
    PATIENCE, TestAlertBook, TestStore, WatchedStore, alert_book, sqlite_store,
    unwritable_alert_book,
};
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::webhook_receiver::{Receiver, SECRET};

/// A role whose metrics are read.
struct Role {
    target: ScrapeTarget,
    responds: Arc<AtomicBool>,
    serving: JoinHandle<()>,
}

impl Role {
    async fn start(service: &str) -> Self {
        let responds = Arc::new(AtomicBool::new(true));
        let state = Arc::clone(&responds);
        let metrics = move || async move {
            match state.load(Ordering::Relaxed) {
                true => (StatusCode::OK, "# EOF\n"),
                false => (StatusCode::SERVICE_UNAVAILABLE, ""),
            }
        };
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let target = ScrapeTarget {
            service: service.to_owned(),
            url: format!("http://{}", listener.local_addr().expect("bound")),
        };
        let router = Router::new().route("/metrics", get(metrics));
        let serving = tokio::spawn(async move {
            let _ = axum::serve(listener, router).await;
        });
        Self {
            target,
            responds,
            serving,
        }
    }

    fn respond(&self, responds: bool) {
        self.responds.store(responds, Ordering::Relaxed);
    }
}

/// Returns the rule about a role that does not respond, with another duration.
fn service_down_after(hold: &str) -> AlertRules {
    let mut rules = AlertRules::embedded().clone();
    rules.rules.retain(|rule| rule.name == "ServiceDown");
    rules.rules[0].hold = HoldDuration::try_from(hold.to_owned()).expect("a duration");
    rules
}

/// A running metrics-engine that evaluates rules about four roles.
struct Engine {
    roles: Vec<Role>,
    _store: TestStore,
    shutdown: CancellationToken,
    running: JoinHandle<Result<(), odd_metrics_engine::Error>>,
}

impl Engine {
    async fn start(config: AlertingConfig, book: &TestAlertBook) -> Self {
        Self::start_with_clock(config, book, Arc::new(SystemClock)).await
    }

    async fn start_with_clock(
        config: AlertingConfig,
        book: &TestAlertBook,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let mut roles = Vec::new();
        for service in ["gateway", "processor", "read-model", "metrics-engine"] {
            roles.push(Role::start(service).await);
        }
        let store = sqlite_store();
        let engine = MetricsEngine::new(
            Config {
                info: ServiceInfo::new("metrics-engine", "1.2.3", "abcdef"),
                http: HttpConfig::default(),
                data_dir: None,
                tracer: Tracer::default(),
            },
            Ports {
                log: store.log.clone(),
                bus: store.bus.clone(),
                views: store.views.clone(),
                quarantine: Arc::new(WatchedStore::new(store.store.clone())),
                quarantined: odd_core::QuarantineCounter::default(),
                reader: store.reader.clone(),
                clock,
                statistics: store.statistics.clone(),
                outbox: None,
            },
        );
        let config = AlertingConfig {
            targets: roles.iter().map(|role| role.target.clone()).collect(),
            ..config
        };
        let engine = engine.alerting(config, book.port()).expect("valid rules");
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let shutdown = CancellationToken::new();
        Self {
            roles,
            _store: store,
            running: tokio::spawn(engine.run(listener, shutdown.clone())),
            shutdown,
        }
    }

    async fn stop(self) {
        self.shutdown.cancel();
        let ended = self.running.await.expect("no panic");
        ended.expect("serves without failure");
    }
}

fn config(hold: &str, interval: Duration, receiver: &Receiver) -> AlertingConfig {
    AlertingConfig {
        rules: service_down_after(hold),
        interval,
        webhook: Some(WebhookConfig {
            url: receiver.url.clone(),
            secret: SECRET.to_vec(),
        }),
        ..AlertingConfig::default()
    }
}

/// The promise to operators, measured with the intervals of the product.
#[tokio::test]
async fn stopped_role_is_notified_within_the_duration_of_the_rule_and_fifteen_seconds() {
    let book = alert_book();
    let mut receiver = Receiver::start(&[]).await;
    let config = config("2s", AlertingConfig::default().interval, &receiver);
    let engine = Engine::start(config, &book).await;
    let stopped = Instant::now();
    engine.roles[1].serving.abort();
    let notified = receiver.next().await;
    let elapsed = stopped.elapsed();
    assert!(elapsed <= Duration::from_secs(2 + 15), "{elapsed:?}");
    assert_eq!(notified["alert"]["labels"]["service"], "processor");
    let listed = book.read();
    let firing: Vec<_> = listed.firing().collect();
    assert_eq!((firing.len(), &*firing[0].name), (1, "ServiceDown"));
    engine.stop().await;
}

/// A wall clock that can be set.
#[derive(Default)]
struct SteppingClock {
    behind_ms: AtomicU64,
}

impl Clock for SteppingClock {
    fn now(&self) -> Timestamp {
        let behind_ms = self.behind_ms.load(Ordering::Relaxed);
        SystemClock.now().minus_millis(behind_ms)
    }

    fn elapsed(&self) -> Duration {
        SystemClock.elapsed()
    }
}

#[tokio::test]
async fn alert_fires_and_is_resolved_although_the_wall_clock_steps_back() {
    let book = alert_book();
    let mut receiver = Receiver::start(&[]).await;
    let config = config("0s", Duration::from_millis(50), &receiver);
    let clock = Arc::new(SteppingClock::default());
    let engine = Engine::start_with_clock(config, &book, clock.clone()).await;
    engine.roles[0].respond(false);
    let before = receiver.next().await;
    assert_eq!(before["alert"]["state"], "firing");
    clock.behind_ms.store(3_600_000, Ordering::Relaxed);
    engine.roles[1].respond(false);
    let after = receiver.next().await;
    assert_eq!(after["alert"]["labels"]["service"], "processor");
    // The times are those of the wall clock, which is an hour behind.
    let starts_at = |message: &Value| -> Timestamp {
        let text = message["alert"]["startsAt"].as_str().expect("a time");
        text.parse().expect("a time")
    };
    assert!(starts_at(&after) < starts_at(&before).minus_millis(3_000_000));
    engine.roles[0].respond(true);
    let resolved = receiver.next().await;
    assert_eq!(resolved["alert"]["state"], "resolved");
    assert_eq!(resolved["alert"]["startsAt"], before["alert"]["startsAt"]);
    engine.stop().await;
}

#[tokio::test]
async fn notification_is_repeated_until_the_receiver_confirms_it() {
    let book = alert_book();
    let mut receiver = Receiver::start(&[StatusCode::SERVICE_UNAVAILABLE]).await;
    let config = config("0s", Duration::from_millis(50), &receiver);
    let engine = Engine::start(config, &book).await;
    engine.roles[0].respond(false);
    let first = receiver.next().await;
    let second = receiver.next().await;
    assert_eq!(
        (&first["answer"], &second["answer"]),
        (&503.into(), &204.into())
    );
    assert_eq!(first["id"], second["id"]);
    assert_eq!(second["alert"]["state"], "firing");
    engine.roles[0].respond(true);
    let resolved = receiver.next().await;
    assert_eq!(resolved["alert"]["state"], "resolved");
    assert_eq!(resolved["alert"]["id"], first["alert"]["id"]);
    assert_ne!(resolved["id"], first["id"]);
    engine.stop().await;
    assert_eq!(
        book.read().ended(10, SystemClock.now())[0].state,
        AlertState::Resolved
    );
}

#[tokio::test]
async fn firing_alert_is_not_notified_again_after_a_restart() {
    let mut receiver = Receiver::start(&[]).await;
    let config = config("0s", Duration::from_millis(50), &receiver);
    let book = alert_book();
    let engine = Engine::start(config.clone(), &book).await;
    engine.roles[0].respond(false);
    let firing = receiver.next().await;
    let confirmed = async {
        while book.read().next_notification().is_some() {
            tokio::task::yield_now().await;
        }
    };
    let confirmed = tokio::time::timeout(PATIENCE, confirmed).await;
    confirmed.expect("the notification is removed");
    engine.stop().await;

    let book = book.reopened();
    assert_eq!(book.read().firing().count(), 1);
    // All roles respond now, so the next message is that the alert is resolved.
    let engine = Engine::start(config, &book).await;
    let next = receiver.next().await;
    assert_eq!(next["alert"]["state"], "resolved");
    assert_eq!(next["alert"]["startsAt"], firing["alert"]["startsAt"]);
    engine.stop().await;
}

#[tokio::test]
async fn notifications_are_delivered_while_the_alerts_cannot_be_written() {
    let book = unwritable_alert_book();
    let mut receiver = Receiver::start(&[]).await;
    let config = config("0s", Duration::from_millis(50), &receiver);
    let engine = Engine::start(config, &book).await;
    engine.roles[0].respond(false);
    assert_eq!(receiver.next().await["alert"]["state"], "firing");
    engine.roles[0].respond(true);
    assert_eq!(receiver.next().await["alert"]["state"], "resolved");
    engine.stop().await;
}

#[tokio::test]
async fn rejected_notification_is_not_repeated() {
    let book = alert_book();
    let mut receiver = Receiver::start(&[StatusCode::PAYLOAD_TOO_LARGE]).await;
    let config = config("0s", Duration::from_millis(50), &receiver);
    let engine = Engine::start(config, &book).await;
    engine.roles[0].respond(false);
    let firing = receiver.next().await;
    assert_eq!(firing["answer"], 413);
    engine.roles[0].respond(true);
    let resolved = receiver.next().await;
    assert_eq!(resolved["alert"]["id"], firing["alert"]["id"]);
    assert_eq!(resolved["alert"]["state"], "resolved");
    engine.stop().await;
}

#[tokio::test]
async fn notification_is_repeated_although_the_wall_clock_steps_forward() {
    let book = alert_book();
    let failures = [StatusCode::SERVICE_UNAVAILABLE; 2];
    let mut receiver = Receiver::start(&failures).await;
    let config = config("0s", Duration::from_millis(50), &receiver);
    let clock = Arc::new(SteppingClock::default());
    clock.behind_ms.store(7_200_000, Ordering::Relaxed);
    let engine = Engine::start_with_clock(config, &book, clock.clone()).await;
    engine.roles[0].respond(false);
    let first = receiver.next().await;
    clock.behind_ms.store(0, Ordering::Relaxed);
    assert_eq!(receiver.next().await["answer"], 503);
    let third = receiver.next().await;
    assert_eq!(
        (&third["id"], &third["answer"]),
        (&first["id"], &204.into())
    );
    engine.stop().await;
}

/// An alert of the rule, about a role that responds again.
fn earlier_alert() -> Alert {
    let alert = r#"{"id": "a", "name": "ServiceDown", "severity": "critical", "state": "firing",
        "summary": "It is down.", "startsAt": "2026-01-01T00:00:00.000000Z",
        "labels": {"alertname": "ServiceDown", "severity": "critical", "service": "gateway"}}"#;
    serde_json::from_str(alert).expect("an alert")
}

#[tokio::test]
async fn notification_of_an_earlier_process_is_abandoned_an_hour_after_its_creation() {
    let book = alert_book();
    let created_at = SystemClock.now().minus_millis(3_600_001);
    book.record(vec![earlier_alert()], created_at, true).await;
    book.save().await.expect("written");
    let book = book.reopened();
    let mut receiver = Receiver::start(&[StatusCode::SERVICE_UNAVAILABLE]).await;
    let config = config("0s", Duration::from_millis(50), &receiver);
    let engine = Engine::start(config, &book).await;
    let old = receiver.next().await;
    assert_eq!(
        (&old["alert"]["state"], &old["answer"]),
        (&"firing".into(), &503.into())
    );
    assert_eq!(receiver.next().await["alert"]["state"], "resolved");
    engine.stop().await;
}
