use std::sync::Arc;
use std::time::Duration;

use odd_contracts::{AttemptOutcome, EventType, JobStatus};
use odd_processor::Config;
use odd_testkit::{ManualClock, PATIENCE, sqlite_store_with};
use odd_worker::HandlerRegistry;

use crate::handlers::{GatedHandler, SlowHandler, next_started};
use crate::rig::{Rig, config, submit};

fn renewing(every: Duration) -> Config {
    Config {
        renew_every: every,
        ..config()
    }
}

#[tokio::test]
async fn result_after_a_lost_lease_does_not_count() {
    let (gated, mut attempts) = GatedHandler::new();
    let clock = Arc::new(ManualClock::default());
    let never = Duration::from_secs(3_600);
    let rig = Rig::start_with(renewing(never), clock.clone(), gated.registry()).await;
    let id = rig.submit(r#"{"type":"gated"}"#).await;
    assert_eq!(next_started(&mut attempts).await, 1);
    clock.advance(Duration::from_secs(31));
    // A transaction that began before has the earlier time, and may include the first call.
    for _ in 0..1_000 {
        rig.store.store.expire_leases(10).await.expect("expires");
        let job = rig.job(id).await;
        if (job.attempt, job.status) != (1, JobStatus::Executing) {
            break;
        }
    }
    assert_eq!(next_started(&mut attempts).await, 2, "the job is retried");
    gated.open(2);
    rig.wait_for(id, EventType::Completed).await;
    gated.until_running(0).await;
    let store = rig.stop().await;
    let job = store.reader.job(id).await.expect("reads").expect("exists");
    assert_eq!(job.result.expect("result").get(), "2");
    let attempts = job.attempts.expect("attempts");
    assert_eq!(attempts[0].outcome, AttemptOutcome::Lost);
    assert_eq!(attempts[1].outcome, AttemptOutcome::Succeeded);
    assert_eq!(attempts.len(), 2);
}

#[tokio::test]
async fn handler_is_stopped_when_its_lease_is_lost() {
    let (gated, mut attempts) = GatedHandler::new();
    let clock = Arc::new(ManualClock::default());
    let often = Duration::from_millis(10);
    let rig = Rig::start_with(renewing(often), clock.clone(), gated.registry()).await;
    let id = rig.submit(r#"{"type":"gated","maxAttempts":1}"#).await;
    next_started(&mut attempts).await;
    // Renewals use the manual clock, so one step advances it past the lease, unless the lease is renewed in between. The
    // maintainer may expire it first.
    for _ in 0..1_000 {
        if rig.job(id).await.status != JobStatus::Executing {
            break;
        }
        clock.advance(Duration::from_secs(31));
        rig.store.store.expire_leases(10).await.expect("expires");
    }
    rig.wait_for(id, EventType::Failed).await;
    gated.until_running(0).await;
    rig.stop().await;
}

#[tokio::test]
async fn leases_are_renewed_while_the_handler_runs() {
    let (gated, mut attempts) = GatedHandler::new();
    let clock = Arc::new(ManualClock::default());
    let often = Duration::from_millis(5);
    let rig = Rig::start_with(renewing(often), clock.clone(), gated.registry()).await;
    let id = rig.submit(r#"{"type":"gated"}"#).await;
    next_started(&mut attempts).await;
    for _ in 0..4 {
        clock.advance(Duration::from_secs(20));
        // The first renewal may have started before the clock advanced.
        rig.until_renewed(2).await;
        let expired = rig.store.store.expire_leases(10).await;
        assert_eq!(expired.expect("expires").leases, 0);
    }
    gated.open(1);
    rig.wait_for(id, EventType::Completed).await;
    assert_eq!(rig.job(id).await.attempt, 1);
    rig.stop().await;
}

#[tokio::test]
async fn job_cancelled_while_it_is_claimed_is_stopped() {
    let (gated, _attempts) = GatedHandler::new();
    let never = Duration::from_secs(3_600);
    let clock = Arc::new(odd_core::SystemClock);
    let rig = Rig::start_with(renewing(never), clock, gated.registry()).await;
    let held_back = rig.watched.claims.write().await;
    let id = rig.submit(r#"{"type":"gated"}"#).await;
    let cause = rig.wait_for(id, EventType::Started).await.correlation_id;
    let mut hints = rig.watched.cancel_hints.subscribe();
    let cancelled = rig.store.store.cancel(id, cause).await;
    cancelled.expect("is asked to stop");
    // Both the lease renewal and the maintainer receive the hint.
    let both_told = hints.wait_for(|count| *count == 2);
    let notified = tokio::time::timeout(PATIENCE, both_told).await;
    notified.expect("in time").expect("never closed");
    drop(held_back);
    rig.wait_for(id, EventType::Cancelled).await;
    rig.stop().await;
}

#[tokio::test]
async fn jobs_whose_lease_is_about_to_expire_are_released() {
    let clock = Arc::new(ManualClock::default());
    let mut registry = HandlerRegistry::new();
    registry.register(SlowHandler {
        clock: clock.clone(),
        duration: Duration::from_secs(25),
    });
    let store = sqlite_store_with(clock);
    let first = submit(&store, r#"{"type":"slow"}"#).await;
    let second = submit(&store, r#"{"type":"slow","maxAttempts":1}"#).await;
    let rig = Rig::start_on(store, config(), registry, 0).await;
    rig.wait_for(first, EventType::Completed).await;
    rig.wait_for(second, EventType::Completed).await;
    let attempts = rig.job(second).await.attempts.expect("attempts");
    // The store may date the next claim by the time before the slow job, too, when it was in the middle of a commit.
    let (last, earlier) = attempts.split_last().expect("ran");
    assert_eq!(last.outcome, AttemptOutcome::Succeeded);
    assert!(!earlier.is_empty(), "its first attempt was released");
    assert!(
        earlier
            .iter()
            .all(|attempt| attempt.outcome == AttemptOutcome::Released)
    );
    rig.stop().await;
}
