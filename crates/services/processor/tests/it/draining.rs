use std::sync::atomic::Ordering;
use std::time::Duration;

use odd_contracts::{AttemptOutcome, EventType, JobStatus};
use odd_processor::{Config, Error};
use odd_testkit::event_of;

use crate::handlers::{GatedHandler, StoppingHandler, next_started};
use crate::rig::{Rig, config, submit};

#[tokio::test]
async fn running_jobs_finish_and_no_other_is_started() {
    let (gated, mut attempts) = GatedHandler::new();
    let rig = Rig::start(gated.registry()).await;
    let running = rig.submit(r#"{"type":"gated"}"#).await;
    next_started(&mut attempts).await;
    rig.shutdown.cancel();
    let waiting = rig.submit(r#"{"type":"gated"}"#).await;
    gated.open(2);
    let store = rig.stop().await;
    let status = async |id| {
        store
            .reader
            .job(id)
            .await
            .expect("reads")
            .expect("exists")
            .status
    };
    assert_eq!(status(running).await, JobStatus::Completed);
    assert_eq!(status(waiting).await, JobStatus::Pending);
    assert!(attempts.try_recv().is_err());
}

#[tokio::test]
async fn unfinished_jobs_are_released_after_the_grace_period() {
    let (gated, mut attempts) = GatedHandler::new();
    let short_grace = Config {
        drain_grace: Duration::ZERO,
        ..config()
    };
    let clock = std::sync::Arc::new(odd_core::SystemClock);
    let rig = Rig::start_with(short_grace, clock, gated.registry()).await;
    let id = rig.submit(r#"{"type":"gated","maxAttempts":1}"#).await;
    next_started(&mut attempts).await;
    let store = rig.stop().await;
    event_of(&*store.bus, id, EventType::Requeued).await;
    let job = store.reader.job(id).await.expect("reads").expect("exists");
    assert_eq!(job.status, JobStatus::Pending);
    assert_eq!(
        job.attempts.expect("attempts")[0].outcome,
        AttemptOutcome::Released
    );

    // The next process runs the job.
    gated.open(1);
    let rig = Rig::start_on(store, config(), gated.registry(), 0).await;
    rig.wait_for(id, EventType::Completed).await;
    rig.stop().await;
}

#[tokio::test]
async fn released_job_can_stop_by_itself() {
    let (registry, mut signals) = StoppingHandler::registry();
    let short_grace = Config {
        drain_grace: Duration::ZERO,
        ..config()
    };
    let clock = std::sync::Arc::new(odd_core::SystemClock);
    let rig = Rig::start_with(short_grace, clock, registry).await;
    let id = rig.submit(r#"{"type":"stopping"}"#).await;
    assert_eq!(signals.recv().await, Some("started"));
    let store = rig.stop().await;
    assert_eq!(signals.try_recv(), Ok("stopped"));
    let job = store.reader.job(id).await.expect("reads").expect("exists");
    assert_eq!(job.status, JobStatus::Pending);
}

#[tokio::test]
async fn unavailable_store_does_not_block_shutdown() {
    let (gated, mut attempts) = GatedHandler::new();
    let short_grace = Config {
        drain_grace: Duration::ZERO,
        record_grace: Duration::from_millis(100),
        ..config()
    };
    let clock = std::sync::Arc::new(odd_core::SystemClock);
    let rig = Rig::start_with(short_grace, clock, gated.registry()).await;
    rig.watched
        .failing_finishes
        .store(usize::MAX, Ordering::SeqCst);
    rig.submit(r#"{"type":"gated"}"#).await;
    next_started(&mut attempts).await;
    gated.open(1);
    let (outcome, _) = rig.end().await;
    assert!(matches!(outcome, Err(Error::Unrecorded(1))), "{outcome:?}");
}

#[tokio::test]
async fn jobs_claimed_during_shutdown_are_not_lost() {
    for _ in 0..20 {
        let (gated, _attempts) = GatedHandler::new();
        let short_grace = Config {
            drain_grace: Duration::ZERO,
            ..config()
        };
        let clock = std::sync::Arc::new(odd_core::SystemClock);
        let rig = Rig::start_with(short_grace, clock, gated.registry()).await;
        let id = rig.submit(r#"{"type":"gated"}"#).await;
        let store = rig.stop().await;
        // Whether the job was claimed or not when the shutdown began, it is ready again.
        let again = submit(&store, r#"{"type":"gated"}"#).await;
        let request = odd_core::ports::ClaimRequest {
            worker_id: "other".into(),
            types: None,
            queues: None,
            limit: 10,
            ahead: odd_core::ports::ClaimAhead::default(),
            lease: Duration::from_secs(30),
            wait: odd_testkit::PATIENCE,
            admission: std::sync::Arc::new(gated.registry()),
        };
        let claimed = store.store.claim(request).await.expect("claims");
        let ids: Vec<_> = claimed.iter().map(|job| job.lease.job_id).collect();
        assert!(ids.contains(&id) && ids.contains(&again), "{ids:?}");
        assert!(claimed.iter().all(|job| job.attempt_of_run == 1));
    }
}
