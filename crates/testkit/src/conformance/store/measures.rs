//! What the store reports for metrics.

use odd_contracts::JobStatus;
use odd_core::ports::LostAttempt;

use crate::conformance::store_fixture::{LEASE, failed, some_request, succeeded};
use crate::conformance::{Check, StoreFixture};

pub(super) const CHECKS: &[Check<StoreFixture>] = &[
    Check::new(
        "a claim tells since when its job was ready and when it should have started",
        |f| Box::pin(times(f)),
    ),
    Check::new(
        "the requested start of a job is kept for all its attempts",
        |f| Box::pin(requested_start(f)),
    ),
    Check::new("expired leases name the jobs of their attempts", |f| {
        Box::pin(lost(f))
    }),
    Check::new("dead letters are counted", |f| Box::pin(dead_letters(f))),
    Check::new("committed transactions are counted and measured", |f| {
        Box::pin(transactions(f))
    }),
    Check::new("connections are counted", |f| Box::pin(connections(f))),
];

async fn times(f: StoreFixture) {
    f.submit(r#"{"type":"work"}"#).await;
    f.advance_ms(500);
    let first = f.claim_one().await;
    assert_eq!(first.ready_at, first.created_at);
    assert_eq!(first.wanted_at, first.created_at);
    let result = odd_core::AttemptResult::Failed {
        reason: odd_contracts::FailureReason::Error,
        message: "no".into(),
        retry_after_ms: Some(1_000),
    };
    f.finish(first.lease, result).await.expect("a valid lease");
    f.advance_ms(1_000);
    f.promote().await;
    f.advance_ms(250);
    let second = f.claim_one().await;
    assert_eq!(second.ready_at, first.created_at.plus_millis(1_500));
    assert_eq!(second.wanted_at, first.created_at);
}

async fn requested_start(f: StoreFixture) {
    f.submit(r#"{"type":"work","delayMs":2000}"#).await;
    f.advance_ms(2_500);
    f.promote().await;
    let first = f.claim_one().await;
    let wanted_at = first.created_at.plus_millis(2_000);
    assert_eq!(first.wanted_at, wanted_at);
    f.advance_ms(u64::try_from(LEASE.as_millis()).expect("small") + 1);
    f.expire().await.expect("expires");
    let second = f.claim_one().await;
    assert_eq!((second.lease.attempt, second.wanted_at), (2, wanted_at));
}

async fn lost(f: StoreFixture) {
    f.submit(r#"{"type":"often"}"#).await;
    f.submit(r#"{"type":"once","maxAttempts":1}"#).await;
    f.claim(2).await;
    f.advance_ms(u64::try_from(LEASE.as_millis()).expect("small") + 1);
    let expiry = f.store.expire_leases(10).await.expect("expires");
    let attempt = |job_type: &str, status| LostAttempt {
        job_type: job_type.parse().expect("legal"),
        run: 1,
        status,
    };
    let mut lost = expiry.lost;
    lost.sort_by(|a, b| a.job_type.cmp(&b.job_type));
    assert_eq!(
        lost,
        [
            attempt("often", JobStatus::Pending),
            attempt("once", JobStatus::Failed),
        ]
    );
    let again = f.store.expire_leases(10).await.expect("expires");
    assert!(again.lost.is_empty());
}

async fn dead_letters(f: StoreFixture) {
    let count = async || f.reader.count_dead_letters().await.expect("reads");
    assert_eq!(count().await, 0);
    let dropped = f.failed_job().await;
    let retried = f.failed_job().await;
    f.failed_job().await;
    assert_eq!(count().await, 3);
    let dropping = f.store.drop_dead_letter(dropped).await;
    dropping.expect("it is a dead letter");
    assert_eq!(count().await, 2);
    let retrying = f.store.retry(retried, some_request()).await;
    retrying.expect("it has failed");
    assert_eq!(count().await, 1);
    let lease = f.claim_one().await.lease;
    f.finish(lease, failed("no")).await.expect("a valid lease");
}

async fn transactions(f: StoreFixture) {
    let before = f.statistics.figures();
    f.submit(r#"{"type":"work"}"#).await;
    let lease = f.claim_one().await.lease;
    f.finish(lease, succeeded()).await.expect("a valid lease");
    let after = f.statistics.figures();
    assert!(after.committed >= before.committed + 3, "{after:?}");
    assert_eq!(after.rolled_back, before.rolled_back);
    let measured =
        |figures: &odd_core::ports::StoreFigures| -> u64 { figures.durations.counts.iter().sum() };
    assert!(measured(&after) >= measured(&before) + 3, "{after:?}");
    assert!(after.durations.sum > before.durations.sum);
}

async fn connections(f: StoreFixture) {
    f.reader.ping().await.expect("reads");
    let figures = f.statistics.figures();
    assert!(figures.used_connections + figures.idle_connections > 0);
    assert_eq!(figures.waiters, 0);
}
