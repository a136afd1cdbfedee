//! Transactions in which SQLite fails.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use odd_contracts::{CorrelationId, FailureReason, JobId, JobStatus, JobType, Progress};
use odd_core::ports::{
    Admission, ClaimRequest, CommandError, EndedAttempt, JobQuery, Lease, Position, RefusedJob,
    StoreError, SubmitError,
};
use odd_core::{AttemptResult, NewJob};
use odd_testkit::build::new_job;
use odd_testkit::conformance::StoreFixture;
use odd_testkit::{ManualClock, TestStore, sqlite_store_with};
use uuid::Uuid;

const SUCCEEDED: AttemptResult = AttemptResult::Succeeded { result: None };

/// Creates a store that fails to insert jobs of the queue `poison`, jobs with the tag `poison`, and events that contain
/// `poison`.
fn poisoned() -> (TestStore, StoreFixture) {
    let clock = Arc::new(ManualClock::default());
    let store = sqlite_store_with(clock.clone());
    let file = rusqlite::Connection::open(store.directory.path().join("store.db")).expect("opens");
    // Tags are inserted immediately, events and jobs in groups or when the transaction commits.
    file.execute_batch(
        "CREATE TRIGGER poisoned_job BEFORE INSERT ON jobs WHEN new.queue = 'poison' \
         BEGIN SELECT raise(ABORT, 'injected failure'); END; \
         CREATE TRIGGER poisoned_tag BEFORE INSERT ON job_tags WHEN new.tag = 'poison' \
         BEGIN SELECT raise(ABORT, 'injected failure'); END; \
         CREATE TRIGGER poisoned_event BEFORE INSERT ON event_segments WHEN instr(new.events, 'poison') \
         BEGIN SELECT raise(ABORT, 'injected failure'); END",
    )
    .expect("creates the triggers");
    let fixture = StoreFixture {
        store: store.store.clone(),
        work: store.store.clone(),
        reader: store.reader.clone(),
        log: store.log.clone(),
        statistics: store.statistics.clone(),
        clock,
        keep: Box::new(()),
    };
    (store, fixture)
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
async fn failed_transaction_is_rolled_back_and_the_store_continues() {
    let (store, f) = poisoned();
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
        .map(|record| record.position.0)
        .collect();
    assert_eq!(positions, [1, 2], "a rollback leaves no gap");
    assert_eq!(f.claim(5).await.len(), 2);
    drop(store);
}

#[tokio::test]
async fn subscribers_receive_nothing_of_a_failed_transaction() {
    let (store, f) = poisoned();
    let mut stream = store.bus.subscribe(Position(0)).await.expect("subscribes");
    f.store
        .submit([poison()].into())
        .await
        .expect_err("refused");
    let id = f.submit(r#"{"type":"work"}"#).await;
    let next = stream.next().await.expect("open");
    assert_eq!(next, f.log.job_history(id, 10).await.expect("reads"));
}

#[tokio::test]
async fn waiting_claim_fails_with_its_transaction_or_is_served_later() {
    let (_store, f) = poisoned();
    for _ in 0..20 {
        let request = ClaimRequest {
            wait: Duration::from_secs(600),
            ..f.request(1)
        };
        let claim = f.store.claim(request);
        let failure = async {
            f.store
                .submit([poison()].into())
                .await
                .expect_err("refused");
            f.submit(r#"{"type":"work"}"#).await
        };
        let (claimed, id) = futures_util::join!(claim, failure);
        let lease = match claimed {
            Ok(claimed) => claimed[0].lease,
            Err(StoreError::Broken(_)) => f.claim_one().await.lease,
            Err(other) => panic!("{other}"),
        };
        assert_eq!((lease.job_id, lease.attempt), (id, 1));
    }
}

#[tokio::test]
async fn failed_claim_holds_no_lease() {
    let (_store, f) = poisoned();
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
    assert!(stale.is_err(), "the attempt never started");
    let lease = f.claim_one().await.lease;
    assert_eq!((lease.job_id, lease.attempt), (id, 1));
}

#[tokio::test]
async fn attempt_whose_end_failed_is_still_running() {
    let (_store, f) = poisoned();
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
async fn batch_that_fails_at_any_job_stores_nothing() {
    let (_store, f) = poisoned();
    let before = f.submit(r#"{"type":"work"}"#).await;
    for position in [0, 15, 16, 39] {
        let text = |index| match index == position {
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
async fn conflicting_batch_does_not_affect_its_group() {
    let (_store, f) = poisoned();
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
        // They usually share a transaction.
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

#[tokio::test]
async fn cancelling_a_job_whose_attempt_is_missing_fails_alone() {
    let (store, f) = poisoned();
    let running = f.submit(r#"{"type":"work"}"#).await;
    let lease = f.claim_one().await.lease;
    let progress = Progress {
        fraction: 0.5,
        message: None,
    };
    let recorded = f.work.record_progress(lease, progress).await;
    recorded.expect("the attempt is running");
    let damaged = f.submit(r#"{"type":"work"}"#).await;
    let file = rusqlite::Connection::open(store.directory.path().join("store.db")).expect("opens");
    let changed = file.execute(
        "UPDATE jobs SET status = (SELECT status FROM jobs WHERE id = ?1) WHERE id = ?2",
        [running.0, damaged.0],
    );
    assert_eq!(changed.expect("the columns exist"), 1);
    for _ in 0..20 {
        // They usually share a transaction.
        let (left, cancelled, right) = futures_util::join!(
            f.store.submit([new_job(r#"{"type":"left"}"#)].into()),
            f.store.cancel(damaged, CorrelationId(Uuid::nil())),
            f.store.submit([new_job(r#"{"type":"right"}"#)].into()),
        );
        assert!(left.is_ok() && right.is_ok());
        assert!(
            matches!(&cancelled, Err(CommandError::Store(StoreError::Broken(_)))),
            "{cancelled:?}"
        );
    }
}

/// Refuses every payload with this message, and remembers the refused jobs that the store reports.
struct Refusing(&'static str, Arc<Mutex<Vec<RefusedJob>>>);

impl Admission for Refusing {
    fn admit(&self, _: &JobType, _: Option<&str>) -> Result<(), String> {
        Err(self.0.to_owned())
    }

    fn refused(&self, job: &RefusedJob) {
        self.1.lock().expect("whole").push(job.clone());
    }
}

#[tokio::test]
async fn job_is_reported_as_refused_only_by_the_claim_that_commits() {
    let (_store, f) = poisoned();
    let reported = Arc::new(Mutex::new(Vec::new()));
    let claim = |message| {
        let request = ClaimRequest {
            admission: Arc::new(Refusing(message, reported.clone())),
            ..f.request(1)
        };
        f.store.claim(request)
    };
    f.submit(r#"{"type":"work"}"#).await;
    claim("poison").await.expect_err("the event is not stored");
    assert_eq!(*reported.lock().expect("whole"), []);
    assert!(claim("no").await.expect("claims").is_empty());
    let work = RefusedJob {
        job_type: "work".parse().expect("legal"),
        run: 1,
    };
    assert_eq!(*reported.lock().expect("whole"), [work]);
}
