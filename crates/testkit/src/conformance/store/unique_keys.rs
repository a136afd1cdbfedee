use odd_contracts::JobStatus;
use odd_core::AttemptResult;
use odd_core::ports::{Acceptance, Submitted};

use crate::build::new_job;
use crate::conformance::store_fixture::{failed, some_request, succeeded};
use crate::conformance::{Check, StoreFixture};

pub(super) const CHECKS: &[Check<StoreFixture>] = &[
    Check::new("an unfinished job keeps its unique key", |f| {
        Box::pin(kept(f))
    }),
    Check::new("a finished job frees its unique key", |f| {
        Box::pin(freed(f))
    }),
    Check::new("a unique key counts within a batch", |f| {
        Box::pin(in_batch(f))
    }),
    Check::new("a retried job regains its unique key", |f| {
        Box::pin(taken_back(f))
    }),
    Check::new(
        "a retried job loses a unique key that another job has",
        |f| Box::pin(key_of_other(f)),
    ),
];

const KEYED: &str =
    r#"{"type":"work","uniqueKey":"nightly","maxAttempts":2,"retry":{"baseDelayMs":0}}"#;

async fn again(f: &StoreFixture) -> Submitted {
    f.store
        .submit([new_job(KEYED)].into())
        .await
        .expect("accepted")[0]
}

async fn kept(f: StoreFixture) {
    let first = f.submit(KEYED).await;
    assert_eq!(again(&f).await.status, JobStatus::Pending);
    let lease = f.claim_one().await.lease;
    assert_eq!(again(&f).await.status, JobStatus::Executing);
    f.finish(lease, failed("once"))
        .await
        .expect("a valid lease");
    let answer = again(&f).await;
    assert_eq!((answer.id, answer.status), (first, JobStatus::Retrying));
    assert_eq!(answer.acceptance, Acceptance::UniqueExists);
}

async fn freed(f: StoreFixture) {
    let mut earlier = Vec::new();
    for result in [succeeded(), AttemptResult::Cancelled, failed("no")] {
        let id = f.submit(KEYED).await;
        assert!(!earlier.contains(&id));
        let lease = f.claim_one().await.lease;
        let status = f.finish(lease, result).await.expect("a valid lease");
        if status == JobStatus::Retrying {
            f.promote().await;
            let lease = f.claim_one().await.lease;
            assert_eq!(f.finish(lease, failed("no")).await, Ok(JobStatus::Failed));
        }
        earlier.push(id);
    }
    f.submit(KEYED).await;
}

async fn in_batch(f: StoreFixture) {
    let batch = [(); 2].map(|()| new_job(KEYED));
    let first = batch[0].id;
    let answers = f.store.submit(batch.into()).await.expect("accepted");
    assert_eq!(
        (answers[1].id, answers[1].acceptance),
        (first, Acceptance::UniqueExists)
    );
}

async fn taken_back(f: StoreFixture) {
    let id = f.submit(KEYED).await;
    f.store.cancel(id, some_request()).await.expect("waits");
    f.store.retry(id, some_request()).await.expect("cancelled");
    let answer = again(&f).await;
    assert_eq!(
        (answer.id, answer.acceptance),
        (id, Acceptance::UniqueExists)
    );
}

async fn key_of_other(f: StoreFixture) {
    let first = f.submit(KEYED).await;
    f.store.cancel(first, some_request()).await.expect("waits");
    let second = f.submit(KEYED).await;
    f.store
        .retry(first, some_request())
        .await
        .expect("cancelled");
    assert_eq!(again(&f).await.id, second);
    assert_eq!(f.status(first).await, JobStatus::Pending);
    assert_eq!(f.claim(3).await.len(), 2);
}
