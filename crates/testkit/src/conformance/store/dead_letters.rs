use odd_contracts::{JobId, JobStatus};
use odd_core::ports::{CommandError, JobQuery};

use crate::conformance::store_fixture::{failed, some_request, succeeded};
use crate::conformance::{Check, StoreFixture};

pub(super) const CHECKS: &[Check<StoreFixture>] = &[
    Check::new("failed jobs become dead letters", |f| {
        Box::pin(dead_lettered(f))
    }),
    Check::new("a dropped dead letter stays a failed job", |f| {
        Box::pin(dropped(f))
    }),
    Check::new("only dead letters can be dropped", |f| Box::pin(others(f))),
    Check::new(
        "a retried job leaves the dead letters until it fails again",
        |f| Box::pin(retried(f)),
    ),
];

async fn dead_letters(f: &StoreFixture) -> Vec<JobId> {
    let query = JobQuery {
        dead_letters: true,
        limit: 100,
        ..JobQuery::default()
    };
    let page = f.reader.jobs(query).await.expect("reads");
    page.jobs.iter().map(|job| job.id).collect()
}

async fn dead_lettered(f: StoreFixture) {
    assert!(dead_letters(&f).await.is_empty());
    let first = f.failed_job().await;
    f.submit(r#"{"type":"work"}"#).await;
    let lease = f.claim_one().await.lease;
    f.finish(lease, succeeded()).await.expect("a valid lease");
    let second = f.failed_job().await;
    assert_eq!(dead_letters(&f).await, [second, first]);
}

async fn dropped(f: StoreFixture) {
    let id = f.failed_job().await;
    f.store.drop_dead_letter(id).await.expect("a dead letter");
    assert!(dead_letters(&f).await.is_empty());
    assert_eq!(f.status(id).await, JobStatus::Failed);
    let again = f.store.drop_dead_letter(id).await;
    assert!(matches!(
        again,
        Err(CommandError::Forbidden {
            status: JobStatus::Failed,
            ..
        })
    ));
    f.store
        .retry(id, some_request())
        .await
        .expect("still failed");
}

async fn others(f: StoreFixture) {
    let id = f.submit(r#"{"type":"work"}"#).await;
    let answer = f.store.drop_dead_letter(id).await;
    assert!(matches!(
        answer,
        Err(CommandError::Forbidden {
            status: JobStatus::Pending,
            ..
        })
    ));
}

async fn retried(f: StoreFixture) {
    let id = f.failed_job().await;
    f.store.retry(id, some_request()).await.expect("failed");
    assert!(dead_letters(&f).await.is_empty());
    let lease = f.claim_one().await.lease;
    assert_eq!(
        f.finish(lease, failed("again")).await,
        Ok(JobStatus::Failed)
    );
    assert_eq!(dead_letters(&f).await, [id]);
}
