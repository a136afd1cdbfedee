use std::sync::Arc;
use std::time::Duration;

use odd_contracts::{AttemptOutcome, EventType, JobStatus};
use odd_processor::Config;
use odd_testkit::{ManualClock, PATIENCE, sqlite_store_with};
use odd_worker::HandlerRegistry;

use crate::handlers::{Gated, Slow, next_begun};
use crate::rig::{Rig, config, submit};

fn renewing(every: Duration) -> Config {
    Config {
        renew_every: every,
        ..config()
    }
}

#[tokio::test]
async fn what_a_handler_makes_after_its_lease_was_lost_does_not_count() {
    let (gated, mut attempts) = Gated::new();
    let clock = Arc::new(ManualClock::default());
    let never = Duration::from_secs(3_600);
    let rig = Rig::start_with(renewing(never), clock.clone(), gated.registry()).await;
    let id = rig.submit(r#"{"type":"gated"}"#).await;
    assert_eq!(next_begun(&mut attempts).await, 1);
    clock.advance(Duration::from_secs(31));
    rig.store.store.expire_leases(10).await.expect("expires");
    assert_eq!(
        next_begun(&mut attempts).await,
        2,
        "the job goes on elsewhere"
    );
    gated.open(2);
    rig.wait_for(id, EventType::Completed).await;
    gated.until_running(0).await;
    let store = rig.stop().await;
    let job = store.reader.job(id).await.expect("reads").expect("there");
    assert_eq!(job.result.expect("kept").get(), "2");
    let attempts = job.attempts.expect("in full");
    assert_eq!(attempts[0].outcome, AttemptOutcome::Lost);
    assert_eq!(attempts[1].outcome, AttemptOutcome::Succeeded);
    assert_eq!(attempts.len(), 2);
}

#[tokio::test]
async fn a_handler_whose_lease_was_lost_is_stopped() {
    let (gated, mut attempts) = Gated::new();
    let clock = Arc::new(ManualClock::default());
    let often = Duration::from_millis(10);
    let rig = Rig::start_with(renewing(often), clock.clone(), gated.registry()).await;
    let id = rig.submit(r#"{"type":"gated","maxAttempts":1}"#).await;
    next_begun(&mut attempts).await;
    // Renewing extends the lease by the clock that stands still, so one step takes the clock past it, unless the lease
    // is renewed in between. The maintainer may be the one who ends it.
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
async fn leases_are_renewed_as_long_as_the_handler_runs() {
    let (gated, mut attempts) = Gated::new();
    let clock = Arc::new(ManualClock::default());
    let often = Duration::from_millis(5);
    let rig = Rig::start_with(renewing(often), clock.clone(), gated.registry()).await;
    let id = rig.submit(r#"{"type":"gated"}"#).await;
    next_begun(&mut attempts).await;
    for _ in 0..4 {
        clock.advance(Duration::from_secs(20));
        // The first renewal may have begun before the clock moved.
        rig.until_renewed(2).await;
        let expired = rig.store.store.expire_leases(10).await;
        assert_eq!(expired.expect("looks"), 0);
    }
    gated.open(1);
    rig.wait_for(id, EventType::Completed).await;
    assert_eq!(rig.job(id).await.attempt, 1);
    rig.stop().await;
}

#[tokio::test]
async fn a_job_that_is_cancelled_while_it_is_claimed_is_stopped() {
    let (gated, _attempts) = Gated::new();
    let never = Duration::from_secs(3_600);
    let clock = Arc::new(odd_core::SystemClock);
    let rig = Rig::start_with(renewing(never), clock, gated.registry()).await;
    let held_back = rig.watched.claims.write().await;
    let id = rig.submit(r#"{"type":"gated"}"#).await;
    let cause = rig.wait_for(id, EventType::Started).await.correlation_id;
    let mut hints = rig.watched.cancel_hints.subscribe();
    let cancelled = rig.store.store.cancel(id, cause).await;
    cancelled.expect("is asked to stop");
    // The keeper of leases hears of it, and so does the maintainer.
    let both_told = hints.wait_for(|count| *count == 2);
    let told = tokio::time::timeout(PATIENCE, both_told).await;
    told.expect("in time").expect("never closed");
    drop(held_back);
    rig.wait_for(id, EventType::Cancelled).await;
    rig.stop().await;
}

#[tokio::test]
async fn jobs_whose_lease_is_about_to_end_are_given_back() {
    let clock = Arc::new(ManualClock::default());
    let mut registry = HandlerRegistry::new();
    registry.register(Slow {
        clock: clock.clone(),
        takes: Duration::from_secs(25),
    });
    let store = sqlite_store_with(clock);
    let first = submit(&store, r#"{"type":"slow"}"#).await;
    let second = submit(&store, r#"{"type":"slow","maxAttempts":1}"#).await;
    let rig = Rig::start_on(store, config(), registry, 0).await;
    rig.wait_for(first, EventType::Completed).await;
    rig.wait_for(second, EventType::Completed).await;
    let attempts = rig.job(second).await.attempts.expect("in full");
    // The store may date the next claim by the time before the slow job, too, when it was in the middle of a commit.
    let (last, earlier) = attempts.split_last().expect("ran");
    assert_eq!(last.outcome, AttemptOutcome::Succeeded);
    assert!(!earlier.is_empty(), "was begun late");
    assert!(
        earlier
            .iter()
            .all(|attempt| attempt.outcome == AttemptOutcome::Released)
    );
    rig.stop().await;
}
