use futures_util::FutureExt;
use odd_contracts::Timestamp;
use odd_core::ports::{Clock, Hint};

use crate::conformance::store_fixture::{failed, some_request};
use crate::conformance::{Check, StoreFixture};

pub(super) const CHECKS: &[Check<StoreFixture>] = &[
    Check::new("a hint has a new due time", |f| Box::pin(new_due(f))),
    Check::new("a hint has the due time of a retry", |f| {
        Box::pin(retry_due(f))
    }),
    Check::new("a hint reports a request to cancel a running job", |f| {
        Box::pin(stop_request(f))
    }),
    Check::new("a hint does not change without a cause", |f| {
        Box::pin(unchanged(f))
    }),
];

/// Waits for a hint whose due time is `at` or earlier.
async fn wait_for_due(f: &StoreFixture, mut last: Hint, at: Timestamp) -> Hint {
    while last.next_due.is_none_or(|due| due > at) {
        last = f.store.next_hint(last).await;
    }
    last
}

async fn new_due(f: StoreFixture) {
    let start = f.clock.now();
    let mut hint = Hint::default();
    for millis in [60_000, 30_000] {
        let text = format!(r#"{{"type":"work","delayMs":{millis}}}"#);
        let at = start.plus_millis(millis);
        let (received, _) = futures_util::join!(wait_for_due(&f, hint, at), f.submit(&text));
        hint = received;
        assert_eq!(hint.next_due, Some(at));
    }
}

async fn retry_due(f: StoreFixture) {
    let id = f.submit(r#"{"type":"work"}"#).await;
    let lease = f.claim_one().await.lease;
    f.finish(lease, failed("no")).await.expect("a valid lease");
    let at = f.job(id).await.run_at.expect("waits for a time");
    wait_for_due(&f, Hint::default(), at).await;
}

async fn stop_request(f: StoreFixture) {
    let id = f.submit(r#"{"type":"work"}"#).await;
    f.claim_one().await;
    let mut last = Hint::default();
    for requests in 1..=2 {
        f.store.cancel(id, some_request()).await.expect("runs");
        while last.cancel_requests < requests {
            last = f.store.next_hint(last).await;
        }
    }
}

async fn unchanged(f: StoreFixture) {
    f.submit(r#"{"type":"work","delayMs":5}"#).await;
    let hint = wait_for_due(&f, Hint::default(), f.clock.now().plus_millis(5)).await;
    f.submit(r#"{"type":"work"}"#).await;
    f.submit(r#"{"type":"work","delayMs":500}"#).await;
    f.claim(1).await;
    assert!(f.store.next_hint(hint).now_or_never().is_none());
}
