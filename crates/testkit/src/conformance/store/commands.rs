use odd_contracts::{EventType, FailureReason, Job, JobId, JobStatus};
use odd_core::AttemptResult;
use odd_core::ports::{Clock, CommandError};
use uuid::Uuid;

use crate::conformance::store_fixture::{failed, failed_for, some_request, succeeded};
use crate::conformance::{Check, StoreFixture};

pub(super) const CHECKS: &[Check<StoreFixture>] = &[
    Check::new("a waiting job is cancelled at once", |f| {
        Box::pin(cancel_waiting(f))
    }),
    Check::new("a running job is asked to stop", |f| {
        Box::pin(cancel_running(f))
    }),
    Check::new(
        "a request to cancel wins over every result but success",
        |f| Box::pin(cancel_wins(f)),
    ),
    Check::new("a finished job cannot be cancelled", |f| {
        Box::pin(cancel_finished(f))
    }),
    Check::new("a retry starts a new run with all its attempts", |f| {
        Box::pin(retry(f))
    }),
    Check::new("a retried job no longer shows its failure", |f| {
        Box::pin(retry_forgets(f))
    }),
    Check::new("only failed and cancelled jobs can be retried", |f| {
        Box::pin(retry_forbidden(f))
    }),
    Check::new("commands to unknown jobs are rejected", |f| {
        Box::pin(unknown(f))
    }),
    Check::new("concurrent retries start one run", |f| {
        Box::pin(concurrent_retries(f))
    }),
];

async fn cancel_waiting(f: StoreFixture) {
    let scheduled = f.submit(r#"{"type":"work","delayMs":10}"#).await;
    let pending = f.submit(r#"{"type":"other"}"#).await;
    let retrying = f.submit(r#"{"type":"work","priority":9}"#).await;
    let lease = f.claim(1).await[0].lease;
    f.finish(lease, failed("no")).await.expect("a valid lease");
    for id in [scheduled, pending, retrying] {
        let cause = some_request();
        let job = f.store.cancel(id, cause).await.expect("waits");
        assert_eq!(
            (job.id, job.status, job.run_at),
            (id, JobStatus::Cancelled, None)
        );
        assert_eq!(job.finished_at, Some(f.clock.now()));
        let last = f.history(id).await.pop().expect("not empty");
        assert_eq!(last.change.event_type(), EventType::Cancelled);
        assert_eq!(last.correlation_id, cause, "the request that cancelled it");
    }
    f.advance_ms(10_000_000);
    assert_eq!(f.promote().await, 0);
    assert!(f.claim(5).await.is_empty());
}

async fn cancel_running(f: StoreFixture) {
    let id = f.submit(r#"{"type":"work"}"#).await;
    let lease = f.claim_one().await.lease;
    for _ in 0..2 {
        let job = f.store.cancel(id, some_request()).await.expect("runs");
        assert_eq!(
            (job.status, job.cancel_requested),
            (JobStatus::Executing, true)
        );
    }
    assert_eq!(f.history(id).await.len(), 3, "asking is no transition");
    assert_eq!(
        f.finish(lease, AttemptResult::Cancelled).await,
        Ok(JobStatus::Cancelled)
    );
}

async fn cancel_wins(f: StoreFixture) {
    let outcomes = [
        (succeeded(), JobStatus::Completed),
        (failed("no"), JobStatus::Cancelled),
        (
            failed_for(FailureReason::Permanent, "no"),
            JobStatus::Cancelled,
        ),
        (AttemptResult::Released, JobStatus::Cancelled),
        (AttemptResult::Cancelled, JobStatus::Cancelled),
    ];
    for (result, status) in outcomes {
        let id = f.submit(r#"{"type":"work"}"#).await;
        let lease = f.claim_one().await.lease;
        f.store.cancel(id, some_request()).await.expect("runs");
        assert_eq!(f.finish(lease, result).await, Ok(status));
        assert!(!f.job(id).await.cancel_requested);
    }
}

fn forbidden(answer: Result<Job, CommandError>) -> (JobId, JobStatus) {
    match answer {
        Err(CommandError::Forbidden { id, status }) => (id, status),
        other => panic!("not forbidden: {other:?}"),
    }
}

/// Creates a job of each terminal status.
async fn finished_jobs(f: &StoreFixture) -> [(JobId, JobStatus); 3] {
    let failed = f.failed_job().await;
    let completed = f.submit(r#"{"type":"work"}"#).await;
    let lease = f.claim_one().await.lease;
    f.finish(lease, succeeded()).await.expect("a valid lease");
    let cancelled = f.submit(r#"{"type":"work"}"#).await;
    f.store
        .cancel(cancelled, some_request())
        .await
        .expect("waits");
    [
        (failed, JobStatus::Failed),
        (completed, JobStatus::Completed),
        (cancelled, JobStatus::Cancelled),
    ]
}

async fn cancel_finished(f: StoreFixture) {
    for (id, status) in finished_jobs(&f).await {
        let before = f.job(id).await;
        assert_eq!(
            forbidden(f.store.cancel(id, some_request()).await),
            (id, status)
        );
        assert_eq!(f.job(id).await, before);
    }
}

async fn retry(f: StoreFixture) {
    let [failed_job, _, cancelled] = finished_jobs(&f).await;
    for (id, _) in [failed_job, cancelled] {
        let cause = some_request();
        f.advance_ms(5);
        let job = f.store.retry(id, cause).await.expect("may be retried");
        assert_eq!(
            (job.status, job.run, job.finished_at),
            (JobStatus::Pending, 2, None)
        );
        let last = f.history(id).await.pop().expect("not empty");
        assert_eq!(last.change.event_type(), EventType::Requeued);
        assert_eq!(last.correlation_id, cause, "the request that retried it");
        let claimed = f.claim_one().await;
        assert_eq!((claimed.run, claimed.attempt_of_run), (2, 1));
        assert_eq!(
            claimed.lease.attempt,
            job.attempt + 1,
            "attempt numbers only grow"
        );
        let runs = f.job(id).await.attempts.expect("in full");
        assert_eq!(runs.last().expect("runs").run, 2);
        assert_eq!(
            f.finish(claimed.lease, succeeded()).await,
            Ok(JobStatus::Completed)
        );
    }
}

async fn retry_forgets(f: StoreFixture) {
    let id = f.failed_job().await;
    assert!(f.job(id).await.error.is_some());
    assert_eq!(
        f.store
            .retry(id, some_request())
            .await
            .expect("failed")
            .error,
        None
    );
    let lease = f.claim_one().await.lease;
    f.finish(lease, succeeded()).await.expect("a valid lease");
    let job = f.job(id).await;
    assert_eq!((job.status, job.error), (JobStatus::Completed, None));
    let attempts = job.attempts.expect("in full");
    assert!(attempts[0].error.is_some(), "the attempt keeps it");
}

async fn retry_forbidden(f: StoreFixture) {
    let (completed, _) = finished_jobs(&f).await[1];
    let scheduled = f.submit(r#"{"type":"work","delayMs":10}"#).await;
    let executing = f.submit(r#"{"type":"work"}"#).await;
    f.claim_one().await;
    let pending = f.submit(r#"{"type":"work"}"#).await;
    let statuses = [
        (completed, JobStatus::Completed),
        (scheduled, JobStatus::Scheduled),
        (executing, JobStatus::Executing),
        (pending, JobStatus::Pending),
    ];
    for (id, status) in statuses {
        let before = f.job(id).await;
        assert_eq!(
            forbidden(f.store.retry(id, some_request()).await),
            (id, status)
        );
        assert_eq!(f.job(id).await, before);
    }
}

async fn unknown(f: StoreFixture) {
    let nobody = JobId(Uuid::now_v7());
    let cancelled = f.store.cancel(nobody, some_request()).await;
    let retried = f.store.retry(nobody, some_request()).await;
    for answer in [cancelled, retried] {
        assert!(matches!(answer, Err(CommandError::NotFound(id)) if id == nobody));
    }
    let dropped = f.store.drop_dead_letter(nobody).await;
    assert!(matches!(dropped, Err(CommandError::NotFound(id)) if id == nobody));
}

async fn concurrent_retries(f: StoreFixture) {
    let id = f.failed_job().await;
    let retries = (0..10).map(|_| f.store.retry(id, some_request()));
    let retries = futures_util::future::join_all(retries).await;
    assert_eq!(retries.iter().filter(|retry| retry.is_ok()).count(), 1);
    assert_eq!(f.job(id).await.run, 2);
}
