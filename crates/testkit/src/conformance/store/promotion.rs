use odd_contracts::{EventType, JobStatus};
use odd_core::ports::Clock;

use crate::conformance::store_fixture::{failed, some_request};
use crate::conformance::{Check, StoreFixture};

pub(super) const CHECKS: &[Check<StoreFixture>] = &[
    Check::new("a delayed job becomes ready when it is due", |f| {
        Box::pin(on_time(f))
    }),
    Check::new("a retry becomes ready when it is due", |f| {
        Box::pin(retry(f))
    }),
    Check::new("promoting returns when the next job is due", |f| {
        Box::pin(next_due(f))
    }),
    Check::new(
        "promoting takes the longest due first, within its limit",
        |f| Box::pin(limited(f)),
    ),
    Check::new("a promoted job is ready since its promotion", |f| {
        Box::pin(ready_since(f))
    }),
];

async fn on_time(f: StoreFixture) {
    let id = f.submit(r#"{"type":"work","delayMs":1000}"#).await;
    f.advance_ms(999);
    assert_eq!(f.promote().await, 0);
    f.advance_ms(1);
    assert_eq!(f.promote().await, 1);
    assert_eq!(f.promote().await, 0);
    let job = f.job(id).await;
    assert_eq!((job.status, job.run_at), (JobStatus::Pending, None));
    assert_eq!(f.kinds(id).await, [EventType::Created, EventType::Due]);
    assert_eq!(f.claim_ids(2).await, [id]);
}

async fn retry(f: StoreFixture) {
    let id = f
        .submit(r#"{"type":"work","retry":{"baseDelayMs":1000}}"#)
        .await;
    let lease = f.claim_one().await.lease;
    f.finish(lease, failed("no")).await.expect("a valid lease");
    let run_at = f.job(id).await.run_at.expect("waits for a time");
    assert!(f.claim(1).await.is_empty());
    f.advance_ms(run_at.millis_since(f.clock.now()) + 1);
    assert_eq!(f.promote().await, 1);
    assert_eq!(f.claim_ids(2).await, [id]);
}

async fn next_due(f: StoreFixture) {
    let start = f.clock.now();
    assert_eq!(f.store.promote_due(10).await.expect("promotes"), (0, None));
    for delay in [5_000, 1_000, 9_000] {
        f.submit(&format!(r#"{{"type":"work","delayMs":{delay}}}"#))
            .await;
    }
    let due = |millis| Some(start.plus_millis(millis));
    assert_eq!(
        f.store.promote_due(10).await.expect("promotes"),
        (0, due(1_000))
    );
    f.advance_ms(6_000);
    // Jobs beyond the limit are due already.
    assert_eq!(
        f.store.promote_due(1).await.expect("promotes"),
        (1, due(5_000))
    );
    assert_eq!(
        f.store.promote_due(10).await.expect("promotes"),
        (1, due(9_000))
    );
    f.advance_ms(6_000);
    assert_eq!(f.store.promote_due(10).await.expect("promotes"), (1, None));
}

async fn limited(f: StoreFixture) {
    let mut ids = Vec::new();
    for delay in [30, 10, 20] {
        ids.push(
            f.submit(&format!(r#"{{"type":"work","delayMs":{delay}}}"#))
                .await,
        );
    }
    f.advance_ms(30);
    f.store.promote_due(2).await.expect("promotes");
    assert_eq!(f.status(ids[0]).await, JobStatus::Scheduled);
    assert_eq!(f.status(ids[1]).await, JobStatus::Pending);
    assert_eq!(f.status(ids[2]).await, JobStatus::Pending);
}

async fn ready_since(f: StoreFixture) {
    let delayed = f.submit(r#"{"type":"work","delayMs":10}"#).await;
    f.advance_ms(15);
    let other = f.submit(r#"{"type":"work"}"#).await;
    f.advance_ms(5);
    f.promote().await;
    f.advance_ms(2);
    assert_eq!(f.claim_ids(2).await, [other, delayed]);
    let history = f.history(delayed).await;
    let odd_core::Change::Started { wait_ms, .. } = history[3].change else {
        panic!("the fourth event is the start");
    };
    assert_eq!(wait_ms, 2.0);
    f.store.cancel(delayed, some_request()).await.expect("runs");
}
