use std::time::Duration;

use futures_util::FutureExt;
use odd_contracts::JobStatus;
use odd_core::ports::ClaimRequest;

use crate::conformance::store_fixture::succeeded;
use crate::conformance::{Check, StoreFixture};

pub(super) const CHECKS: &[Check<StoreFixture>] = &[
    Check::new("a claim without a wait returns the ready jobs", |f| {
        Box::pin(no_wait(f))
    }),
    Check::new("a claim waits for a submission", |f| {
        Box::pin(submission(f))
    }),
    Check::new("a claim waits for a job to become due", |f| {
        Box::pin(due(f))
    }),
    Check::new("a claim waits for a released job", |f| {
        Box::pin(released(f))
    }),
    Check::new("a claim returns empty after its wait", |f| {
        Box::pin(timed_out(f))
    }),
    Check::new("waiting claims share new jobs", |f| Box::pin(shared(f))),
    Check::new("a claim dropped with its answer releases the jobs", |f| {
        Box::pin(dropped(f))
    }),
    Check::new("a claim dropped at any moment loses nothing", |f| {
        Box::pin(dropped_anywhere(f))
    }),
];

/// Longer than any check.
const LONG: Duration = Duration::from_secs(600);

fn waiting(f: &StoreFixture, limit: usize) -> ClaimRequest {
    ClaimRequest {
        wait: LONG,
        ..f.request(limit)
    }
}

async fn no_wait(f: StoreFixture) {
    assert!(f.claim(1).await.is_empty());
    let id = f.submit(r#"{"type":"work"}"#).await;
    assert_eq!(f.claim_ids(1).await, [id]);
}

async fn submission(f: StoreFixture) {
    let claim = f.work.claim(waiting(&f, 5));
    let submit = f.submit(r#"{"type":"work"}"#);
    let (claimed, id) = futures_util::join!(claim, submit);
    let claimed = claimed.expect("claims");
    assert!(claimed.iter().map(|job| job.lease.job_id).eq([id]));
}

async fn due(f: StoreFixture) {
    let id = f.submit(r#"{"type":"work","delayMs":10}"#).await;
    f.advance_ms(10);
    let claim = f.work.claim(waiting(&f, 5));
    let (claimed, promoted) = futures_util::join!(claim, f.promote());
    assert_eq!(promoted, 1);
    assert_eq!(claimed.expect("claims")[0].lease.job_id, id);
}

async fn released(f: StoreFixture) {
    let id = f.submit(r#"{"type":"work"}"#).await;
    let lease = f.claim_one().await.lease;
    let claim = f.work.claim(waiting(&f, 5));
    let release = f.finish(lease, odd_core::AttemptResult::Released);
    let (claimed, released) = futures_util::join!(claim, release);
    assert_eq!(released, Ok(JobStatus::Pending));
    assert_eq!(claimed.expect("claims")[0].lease.job_id, id);
}

async fn timed_out(f: StoreFixture) {
    f.submit(r#"{"type":"work","delayMs":1}"#).await;
    let request = ClaimRequest {
        wait: Duration::from_millis(20),
        ..f.request(1)
    };
    assert!(f.work.claim(request).await.expect("claims").is_empty());
    // A later job is not lost to the claim that ended.
    let id = f.submit(r#"{"type":"work"}"#).await;
    assert_eq!(f.claim_ids(1).await, [id]);
}

async fn shared(f: StoreFixture) {
    let claims = (0..4).map(|_| f.work.claim(waiting(&f, 1)));
    let submissions = (0..4).map(|_| f.submit(r#"{"type":"work"}"#));
    let (claims, mut ids) = futures_util::join!(
        futures_util::future::join_all(claims),
        futures_util::future::join_all(submissions)
    );
    let mut claimed: Vec<_> = claims
        .into_iter()
        .flat_map(|claim| claim.expect("claims"))
        .map(|job| job.lease.job_id)
        .collect();
    ids.sort();
    claimed.sort();
    assert_eq!(claimed, ids);
}

async fn dropped(f: StoreFixture) {
    let mut claim = f.work.claim(waiting(&f, 5));
    assert!((&mut claim).now_or_never().is_none());
    let id = f.submit(r#"{"type":"work","maxAttempts":1}"#).await;
    // The store may have answered by now; the answer is dropped unread.
    drop(claim);
    let again = f.work.claim(waiting(&f, 5)).await.expect("claims");
    assert_eq!(again.len(), 1);
    assert_eq!(again[0].lease.job_id, id);
    assert_eq!(
        again[0].attempt_of_run, 1,
        "the dropped claim does not count"
    );
    assert_eq!(
        f.finish(again[0].lease, succeeded()).await,
        Ok(JobStatus::Completed)
    );
}

async fn dropped_anywhere(f: StoreFixture) {
    for patience in 0..60 {
        let claim = f.work.claim(waiting(&f, 5));
        let id = f.submit(r#"{"type":"work","maxAttempts":1}"#).await;
        let patience = Duration::from_micros(patience * 20);
        let lease = match tokio::time::timeout(patience, claim).await {
            Ok(claimed) => claimed.expect("claims")[0].lease,
            Err(_) => f.work.claim(waiting(&f, 5)).await.expect("claims")[0].lease,
        };
        assert_eq!(lease.job_id, id);
        assert_eq!(f.finish(lease, succeeded()).await, Ok(JobStatus::Completed));
    }
}
