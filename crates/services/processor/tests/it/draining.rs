use std::sync::atomic::Ordering;
use std::time::Duration;

use odd_contracts::{AttemptOutcome, EventType, JobStatus};
use odd_processor::{Config, Error};
use odd_testkit::event_of;

use crate::handlers::{Farewell, Gated, next_begun};
use crate::rig::{Rig, config, submit};

#[tokio::test]
async fn running_jobs_are_finished_and_nothing_more_is_begun() {
    let (gated, mut attempts) = Gated::new();
    let rig = Rig::start(gated.registry()).await;
    let running = rig.submit(r#"{"type":"gated"}"#).await;
    next_begun(&mut attempts).await;
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
            .expect("there")
            .status
    };
    assert_eq!(status(running).await, JobStatus::Completed);
    assert_eq!(status(waiting).await, JobStatus::Pending);
    assert!(attempts.try_recv().is_err());
}

#[tokio::test]
async fn what_does_not_finish_in_time_is_given_back_unharmed() {
    let (gated, mut attempts) = Gated::new();
    let impatient = Config {
        drain_grace: Duration::ZERO,
        ..config()
    };
    let clock = std::sync::Arc::new(odd_core::SystemClock);
    let rig = Rig::start_with(impatient, clock, gated.registry()).await;
    let id = rig.submit(r#"{"type":"gated","maxAttempts":1}"#).await;
    next_begun(&mut attempts).await;
    let store = rig.stop().await;
    event_of(&*store.bus, id, EventType::Requeued).await;
    let job = store.reader.job(id).await.expect("reads").expect("there");
    assert_eq!(job.status, JobStatus::Pending);
    assert_eq!(
        job.attempts.expect("in full")[0].outcome,
        AttemptOutcome::Released
    );

    // The next process runs it as if nothing had happened.
    gated.open(1);
    let rig = Rig::start_on(store, config(), gated.registry(), 0).await;
    rig.wait_for(id, EventType::Completed).await;
    rig.stop().await;
}

#[tokio::test]
async fn what_is_given_back_may_stop_by_itself() {
    let (registry, mut said) = Farewell::registry();
    let impatient = Config {
        drain_grace: Duration::ZERO,
        ..config()
    };
    let clock = std::sync::Arc::new(odd_core::SystemClock);
    let rig = Rig::start_with(impatient, clock, registry).await;
    let id = rig.submit(r#"{"type":"farewell"}"#).await;
    assert_eq!(said.recv().await, Some("begun"));
    let store = rig.stop().await;
    assert_eq!(said.try_recv(), Ok("stopped"));
    let job = store.reader.job(id).await.expect("reads").expect("there");
    assert_eq!(job.status, JobStatus::Pending);
}

#[tokio::test]
async fn a_store_that_stays_away_does_not_keep_the_processor() {
    let (gated, mut attempts) = Gated::new();
    let impatient = Config {
        drain_grace: Duration::ZERO,
        settle_grace: Duration::from_millis(100),
        ..config()
    };
    let clock = std::sync::Arc::new(odd_core::SystemClock);
    let rig = Rig::start_with(impatient, clock, gated.registry()).await;
    rig.watched
        .failing_finishes
        .store(usize::MAX, Ordering::SeqCst);
    rig.submit(r#"{"type":"gated"}"#).await;
    next_begun(&mut attempts).await;
    gated.open(1);
    let (outcome, _) = rig.end().await;
    assert!(matches!(outcome, Err(Error::Unrecorded(1))), "{outcome:?}");
}

#[tokio::test]
async fn jobs_that_come_as_shutdown_begins_are_not_lost() {
    for _ in 0..20 {
        let (gated, _attempts) = Gated::new();
        let impatient = Config {
            drain_grace: Duration::ZERO,
            ..config()
        };
        let clock = std::sync::Arc::new(odd_core::SystemClock);
        let rig = Rig::start_with(impatient, clock, gated.registry()).await;
        let id = rig.submit(r#"{"type":"gated"}"#).await;
        let store = rig.stop().await;
        // Wherever the shutdown met it, the job is ready again.
        let again = submit(&store, r#"{"type":"gated"}"#).await;
        let request = odd_core::ports::ClaimRequest {
            worker_id: "other".into(),
            types: None,
            queues: None,
            limit: 10,
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
