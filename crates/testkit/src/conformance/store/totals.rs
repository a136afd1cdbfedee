use odd_contracts::FailureReason;
use odd_core::Clock;
use odd_core::ports::JobTotals;

use crate::conformance::store_fixture::{failed_for, failed_for_now, some_request, succeeded};
use crate::conformance::{Check, StoreFixture};

pub(super) const CHECKS: &[Check<StoreFixture>] = &[
    Check::new("totals follow jobs through every status", |f| {
        Box::pin(followed(f))
    }),
    Check::new("totals count jobs that were claimed together", |f| {
        Box::pin(claimed_together(f))
    }),
    Check::new("totals count the jobs that retention removed", |f| {
        Box::pin(removed(f))
    }),
];

/// Returns rows, in flight, failed and cancelled.
async fn totals(f: &StoreFixture) -> (u64, u64, u64, u64) {
    let JobTotals {
        position,
        rows,
        in_flight,
        failed,
        cancelled,
        ..
    } = f.reader.totals().await.expect("reads");
    assert_eq!(position, f.log.head().await.expect("reads"));
    (rows, in_flight, failed, cancelled)
}

async fn followed(f: StoreFixture) {
    assert_eq!(totals(&f).await, (0, 0, 0, 0));
    let delayed = f.submit(r#"{"type":"work","delayMs":60000}"#).await;
    assert_eq!(totals(&f).await, (1, 1, 0, 0));
    f.submit(r#"{"type":"work"}"#).await;
    assert_eq!(totals(&f).await, (2, 2, 0, 0));
    let lease = f.claim_one().await.lease;
    assert_eq!(totals(&f).await, (2, 2, 0, 0));
    f.finish(lease, failed_for_now())
        .await
        .expect("a valid lease");
    assert_eq!(totals(&f).await, (2, 2, 0, 0), "it is RETRYING");
    f.promote().await;
    let lease = f.claim_one().await.lease;
    assert_eq!(totals(&f).await, (2, 2, 0, 0));
    f.finish(lease, succeeded()).await.expect("a valid lease");
    assert_eq!(totals(&f).await, (2, 1, 0, 0));
    f.store
        .cancel(delayed, some_request())
        .await
        .expect("cancels");
    assert_eq!(totals(&f).await, (2, 0, 0, 1));
    let failed = f.failed_job().await;
    assert_eq!(totals(&f).await, (3, 0, 1, 1));
    f.store
        .retry(failed, some_request())
        .await
        .expect("retries");
    assert_eq!(totals(&f).await, (3, 1, 0, 1));
}

async fn claimed_together(f: StoreFixture) {
    f.submit_batch(7).await;
    let leases: Vec<_> = f.claim(5).await.iter().map(|job| job.lease).collect();
    assert_eq!(totals(&f).await, (7, 7, 0, 0));
    for (done, lease) in leases.iter().enumerate() {
        let result = match done % 2 {
            0 => succeeded(),
            _ => failed_for(FailureReason::Permanent, "no"),
        };
        f.finish(*lease, result).await.expect("a valid lease");
        let (_, in_flight, ..) = totals(&f).await;
        assert_eq!(in_flight, 6 - done as u64);
    }
    f.advance_ms(60_000);
    f.expire().await.expect("expires");
    assert_eq!(totals(&f).await, (7, 2, 2, 0));
}

async fn removed(f: StoreFixture) {
    f.submit_batch(4).await;
    for job in f.claim(3).await {
        f.finish(job.lease, succeeded())
            .await
            .expect("a valid lease");
    }
    f.advance_ms(1_000);
    let mut removed = 0;
    for _ in 0..5 {
        removed += f.store.prune(f.clock.now(), 2).await.expect("prunes");
    }
    assert_eq!(removed, 3);
    let totals = f.reader.totals().await.expect("reads");
    assert_eq!((totals.rows, totals.in_flight, totals.removed), (1, 1, 3));
}
