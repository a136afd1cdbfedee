//! Transactions that SQLite refuses half-way.

use std::sync::Arc;
use std::time::Duration;

use odd_contracts::{FailureReason, JobId, JobStatus};
use odd_core::ports::{
    ClaimRequest, EndedAttempt, JobQuery, Lease, Position, StoreError, SubmitError,
};
use odd_core::{AttemptResult, NewJob};
use odd_testkit::build::new_job;
use odd_testkit::conformance::StoreFixture;
use odd_testkit::{ManualClock, TestStore, sqlite_store_with};
use uuid::Uuid;

const SUCCEEDED: AttemptResult = AttemptResult::Succeeded { result: None };

/// A store that cannot store jobs of the queue `poison` or with the tag `poison`, nor events that speak of poison.
fn poisoned() -> (TestStore, StoreFixture) {
    let clock = Arc::new(ManualClock::default());
    let fresh = sqlite_store_with(clock.clone());
    let file = rusqlite::Connection::open(fresh.directory.path().join("store.db")).expect("opens");
    // Tags are written at once, events and jobs when there are enough of them or the transaction ends.
    file.execute_batch(
        "CREATE TRIGGER poisoned_job BEFORE INSERT ON jobs WHEN new.queue = 'poison' \
         BEGIN SELECT raise(ABORT, 'as the test wants it'); END; \
         CREATE TRIGGER poisoned_tag BEFORE INSERT ON job_tags WHEN new.tag = 'poison' \
         BEGIN SELECT raise(ABORT, 'as the test wants it'); END; \
         CREATE TRIGGER poisoned_event BEFORE INSERT ON event_segments WHEN instr(new.events, 'poison') \
         BEGIN SELECT raise(ABORT, 'as the test wants it'); END",
    )
    .expect("makes the trigger");
    let fixture = StoreFixture {
        store: fresh.store.clone(),
        work: fresh.store.clone(),
        reader: fresh.reader.clone(),
        log: fresh.log.clone(),
        clock,
        keep: Box::new(()),
    };
    (fresh, fixture)
}

fn poison() -> odd_core::NewJob {
    new_job(r#"{"type":"work","delayMs":5,"uniqueKey":"k","tags":["poison"]}"#)
}

async fn job_ids(f: &StoreFixture) -> Vec<JobId> {
    let query = JobQuery {
        limit: 100,
        ..JobQuery::default()
    };
    let page = f.reader.jobs(query).await.expect("reads");
    page.jobs.iter().map(|job| job.id).collect()
}

#[tokio::test]
async fn a_transaction_that_fails_leaves_nothing_and_the_store_goes_on() {
    let (fresh, f) = poisoned();
    let before = f.submit(r#"{"type":"work"}"#).await;
    for _ in 0..3 {
        let refused = f.store.submit([poison()].into()).await;
        assert!(
            matches!(refused, Err(SubmitError::Store(StoreError::Broken(_)))),
            "{refused:?}"
        );
    }
    assert_eq!(job_ids(&f).await, [before]);
    let after = f.submit(r#"{"type":"work","uniqueKey":"k"}"#).await;
    assert_eq!(job_ids(&f).await, [after, before]);
    let positions: Vec<u64> = f
        .log
        .read_after(Position(0), 10)
        .await
        .expect("reads")
        .iter()
        .map(|recorded| recorded.position.0)
        .collect();
    assert_eq!(positions, [1, 2], "what was given up leaves no gap");
    assert_eq!(f.claim(5).await.len(), 2);
    drop(fresh);
}

#[tokio::test]
async fn followers_hear_nothing_of_a_transaction_that_failed() {
    let (fresh, f) = poisoned();
    let mut stream = fresh.bus.subscribe(Position(0)).await.expect("subscribes");
    f.store
        .submit([poison()].into())
        .await
        .expect_err("refused");
    let id = f.submit(r#"{"type":"work"}"#).await;
    let next = stream.next().await.expect("open");
    assert_eq!(next, f.log.job_history(id, 10).await.expect("reads"));
}

#[tokio::test]
async fn claims_that_wait_hear_of_a_failure_or_are_served_later() {
    let (_fresh, f) = poisoned();
    for _ in 0..20 {
        let request = ClaimRequest {
            wait: Duration::from_secs(600),
            ..f.request(1)
        };
        let claim = f.store.claim(request);
        let trouble = async {
            f.store
                .submit([poison()].into())
                .await
                .expect_err("refused");
            f.submit(r#"{"type":"work"}"#).await
        };
        let (claimed, id) = futures_util::join!(claim, trouble);
        let lease = match claimed {
            Ok(claimed) => claimed[0].lease,
            Err(StoreError::Broken(_)) => f.claim_one().await.lease,
            Err(other) => panic!("{other}"),
        };
        assert_eq!((lease.job_id, lease.attempt), (id, 1));
    }
}

#[tokio::test]
async fn a_claim_that_failed_holds_nothing() {
    let (_fresh, f) = poisoned();
    let id = f.submit(r#"{"type":"work"}"#).await;
    let request = ClaimRequest {
        worker_id: "poison".into(),
        ..f.request(1)
    };
    assert!(f.store.claim(request).await.is_err());
    assert_eq!(f.job(id).await.status, JobStatus::Pending);
    let stale = f
        .finish(
            Lease {
                job_id: id,
                attempt: 1,
            },
            SUCCEEDED,
        )
        .await;
    assert!(stale.is_err(), "the attempt never began");
    let lease = f.claim_one().await.lease;
    assert_eq!((lease.job_id, lease.attempt), (id, 1));
}

#[tokio::test]
async fn an_attempt_whose_end_failed_still_runs() {
    let (_fresh, f) = poisoned();
    let id = f.submit(r#"{"type":"work"}"#).await;
    let lease = f.claim_one().await.lease;
    let failed = AttemptResult::Failed {
        reason: FailureReason::Error,
        message: "poison".into(),
        retry_after_ms: None,
    };
    let ended = EndedAttempt {
        lease,
        result: failed,
    };
    assert!(f.store.finish([ended].into()).await.is_err());
    assert_eq!(f.job(id).await.status, JobStatus::Executing);
    assert_eq!(f.finish(lease, SUCCEEDED).await, Ok(JobStatus::Completed));
    assert_eq!(f.job(id).await.status, JobStatus::Completed);
}

#[tokio::test]
async fn a_batch_that_fails_anywhere_leaves_nothing() {
    let (_fresh, f) = poisoned();
    let before = f.submit(r#"{"type":"work"}"#).await;
    for place in [0, 15, 16, 39] {
        let text = |index| match index == place {
            true => r#"{"type":"work","queue":"poison"}"#,
            false => r#"{"type":"work"}"#,
        };
        let batch: Arc<[NewJob]> = (0..40).map(|index| new_job(text(index))).collect();
        f.store.submit(batch).await.expect_err("refused");
        assert_eq!(job_ids(&f).await, [before]);
    }
    assert_eq!(f.submit_batch(40).await.len(), 40);
    assert_eq!(f.claim(100).await.len(), 41);
}

#[tokio::test]
async fn a_batch_in_conflict_leaves_its_companions_alone() {
    let (_fresh, f) = poisoned();
    let taken = JobId(Uuid::now_v7());
    let of_id = |id: JobId, queue: &str| {
        new_job(&format!(
            r#"{{"type":"work","id":"{id}","queue":"{queue}"}}"#
        ))
    };
    f.submit_job(of_id(taken, "q")).await;
    for size in [2, 20, 40] {
        let mut batch: Vec<NewJob> = (1..size)
            .map(|_| of_id(JobId(Uuid::now_v7()), "q"))
            .collect();
        batch.push(of_id(taken, "other"));
        // All of them are likely to share a transaction.
        let (left, refused, right) = futures_util::join!(
            f.store.submit([new_job(r#"{"type":"left"}"#)].into()),
            f.store.submit(batch.into()),
            f.store.submit([new_job(r#"{"type":"right"}"#)].into()),
        );
        assert!(left.is_ok() && right.is_ok());
        assert!(matches!(refused, Err(SubmitError::Conflict { .. })));
    }
    assert_eq!(f.claim(100).await.len(), 7);
}
