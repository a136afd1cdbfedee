//! Restarts after a close and after a crash.

use std::sync::Arc;

use odd_contracts::{AttemptOutcome, CorrelationId, Job, JobStatus, Progress};
use odd_core::AttemptResult;
use odd_core::ports::{Clock, Lease, LostAttempt, StaleLease};
use odd_testkit::ManualClock;
use odd_testkit::build::worker_record;
use odd_testkit::conformance::StoreFixture;
use uuid::Uuid;

use crate::fixture::{crash_copy, empty_directory, open, some_jobs};

#[tokio::test]
async fn content_is_unchanged_after_a_restart() {
    let (directory, clock) = empty_directory();
    let (sqlite, f) = open(&directory, &clock);
    some_jobs(&f).await;
    let before = f.content().await;
    sqlite.close().await;
    let (_sqlite, f) = open(&directory, &clock);
    assert_eq!(f.content().await, before);
    f.advance_ms(1_000);
    assert_eq!(f.promote().await, 1);
    assert_eq!(f.claim(5).await.len(), 2);
}

#[tokio::test]
async fn acknowledged_content_survives_a_crash() {
    let (directory, clock) = empty_directory();
    let (_running, f) = open(&directory, &clock);
    some_jobs(&f).await;
    let before = f.content().await;
    let copy = crash_copy(&directory);
    let (_sqlite, f) = open(&copy, &clock);
    assert_eq!(f.content().await, before);
}

#[tokio::test]
async fn attempts_abandoned_by_a_crash_are_reported_once() {
    let (directory, clock) = empty_directory();
    let (_running, f) = open(&directory, &clock);
    f.submit(r#"{"type":"last","maxAttempts":1}"#).await;
    f.claim_one().await;
    let (_sqlite, f) = open(&crash_copy(&directory), &clock);
    let reported = f.store.expire_leases(10).await.expect("expires");
    let attempt = LostAttempt {
        job_type: "last".parse().expect("legal"),
        run: 1,
        status: JobStatus::Failed,
    };
    assert_eq!((reported.leases, reported.lost), (0, vec![attempt]));
    let again = f.store.expire_leases(10).await.expect("expires");
    assert!(again.lost.is_empty());
}

#[tokio::test]
async fn attempts_abandoned_by_a_crash_are_ended_once() {
    let (directory, clock) = empty_directory();
    let (_running, f) = open(&directory, &clock);
    let [completed, reported, stopping, released, untouched] = f.submit_batch(5).await[..] else {
        panic!("five jobs");
    };
    let claimed = f.claim(5).await;
    let lease_of = |id| Lease {
        job_id: id,
        attempt: 1,
    };
    f.advance_ms(10);
    let success = AttemptResult::Succeeded { result: None };
    f.finish(lease_of(completed), success).await.expect("ends");
    let progress = Progress {
        fraction: 0.5,
        message: None,
    };
    f.store
        .record_progress(lease_of(reported), progress)
        .await
        .expect("records");
    let request = CorrelationId(Uuid::now_v7());
    f.store.cancel(stopping, request).await.expect("asks");
    f.finish(lease_of(released), AttemptResult::Released)
        .await
        .expect("ends");
    let second = f.claim_one().await;
    assert_eq!((second.lease.job_id, second.lease.attempt), (released, 2));
    f.advance_ms(10);

    let copy = crash_copy(&directory);
    // Opened twice: the second time no attempt is left to end.
    for _ in 0..2 {
        let (sqlite, f) = open(&copy, &clock);
        let lost = |job: &Job| {
            let attempts = job.attempts.as_ref().expect("in full");
            let last = attempts.last().expect("one at least");
            assert_eq!(last.outcome, AttemptOutcome::Lost);
            assert_eq!(last.worker_id, "worker-1");
            attempts.len()
        };
        assert_eq!(f.job(completed).await.status, JobStatus::Completed);
        assert_eq!(f.job(stopping).await.status, JobStatus::Cancelled);
        for (id, attempts, began) in [(reported, 1, 20), (released, 2, 10), (untouched, 1, 20)] {
            let job = f.job(id).await;
            assert_eq!((job.status, lost(&job)), (JobStatus::Pending, attempts));
            assert_eq!(job.started_at, Some(clock.now().minus_millis(began)));
            let versions = f.history(id).await;
            let count = u32::try_from(versions.len()).expect("few");
            assert!(versions.iter().map(|event| event.version).eq(1..=count));
        }
        sqlite.close().await;
    }
    let (_sqlite, f) = open(&copy, &clock);
    assert_eq!(f.claim(10).await.len(), 3);
    drop(claimed);
}

#[tokio::test]
async fn leases_of_an_earlier_process_are_lost() {
    let (directory, clock) = empty_directory();
    let (sqlite, f) = open(&directory, &clock);
    let kept = f.submit(r#"{"type":"work","maxAttempts":2}"#).await;
    let first = f.claim_one().await.lease;
    let spent = f.submit(r#"{"type":"work","maxAttempts":1}"#).await;
    f.claim_one().await;
    sqlite.close().await;

    let (_sqlite, f) = open(&directory, &clock);
    assert_eq!(f.status(spent).await, JobStatus::Failed);
    let job = f.job(kept).await;
    assert_eq!(job.status, JobStatus::Pending);
    assert_eq!(
        job.attempts.expect("in full")[0].outcome,
        AttemptOutcome::Lost
    );
    let late = AttemptResult::Succeeded { result: None };
    assert_eq!(f.finish(first, late.clone()).await, Err(StaleLease(first)));
    let second = f.claim_one().await;
    assert_eq!((second.lease.attempt, second.attempt_of_run), (2, 2));
    assert_eq!(f.finish(second.lease, late).await, Ok(JobStatus::Completed));
}

#[tokio::test]
async fn log_continues_after_a_restart() {
    let (directory, clock) = empty_directory();
    let (sqlite, f) = open(&directory, &clock);
    let id = f.submit(r#"{"type":"work"}"#).await;
    let head = f.log.head().await.expect("reads");
    let before = clock.now();
    sqlite.close().await;

    // The machine's clock was set back between the two runs.
    let earlier = Arc::new(ManualClock::new(before.minus_millis(3_600_000)));
    let (_sqlite, f) = open(&directory, &earlier);
    f.claim_one().await;
    let later = f.log.read_after(head, 10).await.expect("reads");
    assert!(later[0].position > head);
    let versions: Vec<u32> = f
        .history(id)
        .await
        .iter()
        .map(|event| event.version)
        .collect();
    assert_eq!(versions, [1, 2, 3]);
    assert!(
        f.history(id)
            .await
            .is_sorted_by_key(|event| event.occurred_at)
    );
}

#[tokio::test]
async fn workers_of_an_earlier_process_are_deleted() {
    let (directory, clock) = empty_directory();
    let (sqlite, f) = open(&directory, &clock);
    let worker = worker_record("gone", clock.now());
    f.store.record_worker(worker).await.expect("records");
    let workers =
        async |f: &StoreFixture| f.reader.workers(clock.now()).await.expect("reads").len();
    assert_eq!(workers(&f).await, 1);
    sqlite.close().await;
    let (_sqlite, f) = open(&directory, &clock);
    assert_eq!(workers(&f).await, 0);
}
