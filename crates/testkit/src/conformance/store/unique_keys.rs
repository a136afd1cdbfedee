use odd_contracts::{JobId, JobStatus};
use odd_core::AttemptResult;
use odd_core::ports::{Acceptance, CommandError, Submitted};

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
        "a retry is refused while another unfinished job has the unique key",
        |f| Box::pin(key_of_other(f)),
    ),
    Check::new(
        "of a retry and a submission with one unique key, one succeeds",
        |f| Box::pin(retry_during_submission(f)),
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
    let failed_job = f.submit(KEYED).await;
    for _ in 0..2 {
        f.promote().await;
        let lease = f.claim_one().await.lease;
        f.finish(lease, failed("no")).await.expect("a valid lease");
    }
    let cancelled = f.submit(KEYED).await;
    f.store
        .cancel(cancelled, some_request())
        .await
        .expect("waits");
    let holder = f.submit(KEYED).await;
    let before = f.log.head().await.expect("reads");
    for (id, status) in [
        (failed_job, JobStatus::Failed),
        (cancelled, JobStatus::Cancelled),
    ] {
        assert_eq!(refused(&f, id).await, holder);
        let job = f.job(id).await;
        assert_eq!(job.status, status);
        assert_eq!(
            job.unique_key.as_deref(),
            Some("nightly"),
            "it keeps its key"
        );
    }
    assert_eq!(
        f.log.head().await.expect("reads"),
        before,
        "nothing happened"
    );

    // Running, it still has the key; once it has finished, one of the others can run.
    let lease = f.claim_one().await.lease;
    assert_eq!(refused(&f, cancelled).await, holder);
    f.finish(lease, succeeded()).await.expect("a valid lease");
    f.store
        .retry(cancelled, some_request())
        .await
        .expect("free");
    assert_eq!(refused(&f, failed_job).await, cancelled);
    assert_eq!(again(&f).await.id, cancelled);
}

/// Retries a job, which is refused. Returns the holder of its unique key.
async fn refused(f: &StoreFixture, id: JobId) -> JobId {
    match f.store.retry(id, some_request()).await {
        Err(CommandError::UniqueKeyHeld {
            id: refused,
            holder,
        }) => {
            assert_eq!(refused, id);
            holder
        }
        other => panic!("{other:?}"),
    }
}

async fn retry_during_submission(f: StoreFixture) {
    for _ in 0..40 {
        let first = f.submit(KEYED).await;
        f.store.cancel(first, some_request()).await.expect("waits");
        let jobs = [new_job(KEYED)];
        let (retried, submitted) = tokio::join!(
            f.store.retry(first, some_request()),
            f.store.submit(jobs.into())
        );
        let submitted = submitted.expect("accepted")[0];
        match (retried, submitted.acceptance) {
            (Ok(_), Acceptance::UniqueExists) => assert_eq!(submitted.id, first),
            (Err(CommandError::UniqueKeyHeld { holder, .. }), Acceptance::Created) => {
                assert_eq!(holder, submitted.id);
            }
            other => panic!("{other:?}"),
        }
        f.store
            .cancel(submitted.id, some_request())
            .await
            .expect("the only unfinished job");
        assert!(f.claim(1).await.is_empty());
    }
}
