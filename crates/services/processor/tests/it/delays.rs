use std::sync::Arc;
use std::time::Duration;

use odd_contracts::EventType;
use odd_testkit::{ManualClock, sqlite_store_with};
use odd_worker::HandlerError;

use crate::handlers::quick;
use crate::rig::Rig;

#[tokio::test]
async fn delayed_job_starts_at_its_time() {
    let rig = Rig::start(quick("work", |_| Ok(None))).await;
    // The second job is due before the one that the maintainer waits for.
    let far = rig.submit(r#"{"type":"work","delayMs":3600000}"#).await;
    let id = rig.submit(r#"{"type":"work","delayMs":80}"#).await;
    let run_at = rig.job(id).await.run_at;
    rig.wait_for(id, EventType::Completed).await;
    let job = rig.job(id).await;
    assert!(job.started_at >= run_at);
    assert_eq!(rig.job(far).await.version, 1);
    rig.stop().await;
}

#[tokio::test]
async fn jobs_that_became_due_while_no_processor_ran_start_at_once() {
    let store = odd_testkit::sqlite_store();
    let id = crate::rig::submit(&store, r#"{"type":"work","delayMs":1}"#).await;
    let registry = quick("work", |_| Ok(None));
    let rig = Rig::start_on(store, crate::rig::config(), registry, 0).await;
    rig.wait_for(id, EventType::Completed).await;
    rig.stop().await;
}

#[tokio::test]
async fn retry_starts_at_its_time() {
    let registry = quick("work", |ctx| match ctx.attempt() {
        1 => Err(HandlerError::RetryAfter {
            message: "busy".into(),
            delay_ms: 60,
        }),
        _ => Ok(None),
    });
    let rig = Rig::start(registry).await;
    let id = rig.submit(r#"{"type":"work"}"#).await;
    let retrying = rig.wait_for(id, EventType::Retrying).await;
    rig.wait_for(id, EventType::Completed).await;
    let started = rig.job(id).await.started_at.expect("started");
    assert!(started >= retrying.occurred_at.plus_millis(60));
    rig.stop().await;
}

#[tokio::test]
async fn requested_delay_is_not_part_of_the_wait() {
    let clock = Arc::new(ManualClock::default());
    let store = sqlite_store_with(clock.clone());
    let id = crate::rig::submit(&store, r#"{"type":"work","delayMs":60000}"#).await;
    clock.advance(Duration::from_secs(62));
    let registry = quick("work", |_| Ok(None));
    let rig = Rig::start_on(store, crate::rig::config(), registry, 0).await;
    rig.wait_for(id, EventType::Completed).await;
    let metrics = rig.metrics().await;
    let labels = r#"{service="processor",type="work"}"#;
    for (figure, value) in [("count", "1"), ("sum", "2")] {
        let sample = format!("observatory_job_wait_seconds_{figure}{labels} {value}");
        let is_exported = metrics
            .lines()
            .any(|line| line == sample || line == format!("{sample}.0"));
        assert!(is_exported, "{sample} not in {metrics}");
    }
    rig.stop().await;
}
