use std::path::Path;
use std::sync::Arc;

use odd_contracts::{AttemptOutcome, CorrelationId, EventType, Job, JobId, JobStatus, Progress};
use odd_core::ports::{
    Clock, EventLog, EventQuery, EventSink, JobCommands, JobQuery, JobReader, Lease, LogEntry,
    LogRecord, Maintenance, Position, StaleLease, StoreError, WorkerRecord,
};
use odd_core::{AttemptResult, Change};
use odd_store_sqlite::{SqliteConfig, SqliteStore};
use odd_testkit::build::new_job;
use odd_testkit::conformance::StoreFixture;
use odd_testkit::{ManualClock, producers};
use tempfile::TempDir;
use uuid::Uuid;

struct NoSubscribers;

impl EventSink for NoSubscribers {
    fn committed(&self, _: Vec<LogRecord>) {}
}

fn try_open(path: &Path, clock: &Arc<ManualClock>) -> Result<SqliteStore, StoreError> {
    let config = SqliteConfig::new(path, producers());
    SqliteStore::open(config, Arc::new(NoSubscribers), clock.clone())
}

/// Opens a store in `directory` and returns it with a fixture that uses it.
fn open(directory: &Arc<TempDir>, clock: &Arc<ManualClock>) -> (SqliteStore, StoreFixture) {
    let sqlite = try_open(&directory.path().join("store.db"), clock).expect("opens");
    let fixture = StoreFixture {
        store: Arc::new(sqlite.clone()),
        work: Arc::new(sqlite.clone()),
        reader: Arc::new(sqlite.clone()),
        log: Arc::new(sqlite.clone()),
        clock: clock.clone(),
        keep: Box::new(directory.clone()),
    };
    (sqlite, fixture)
}

fn empty_directory() -> (Arc<TempDir>, Arc<ManualClock>) {
    let directory = tempfile::tempdir().expect("a temporary directory");
    (Arc::new(directory), Arc::new(ManualClock::default()))
}

/// Returns all jobs and log entries of a store.
async fn content(f: &StoreFixture) -> (Vec<Job>, Vec<LogRecord>) {
    let query = JobQuery {
        limit: 1_000,
        ..JobQuery::default()
    };
    let mut jobs = Vec::new();
    for brief in f.reader.jobs(query).await.expect("reads").jobs {
        jobs.push(f.job(brief.id).await);
    }
    let log = f.log.read_after(Position(0), 10_000).await.expect("reads");
    (jobs, log)
}

async fn some_jobs(f: &StoreFixture) -> Vec<JobId> {
    let text =
        r#"{"type":"work","payload":{"a":1},"tags":["t"],"metadata":{"k":"v"},"uniqueKey":"u"}"#;
    let delayed = f.submit(r#"{"type":"work","delayMs":1000}"#).await;
    let failed = f.failed_job().await;
    vec![f.submit(text).await, delayed, failed]
}

#[tokio::test]
async fn content_is_unchanged_after_a_restart() {
    let (directory, clock) = empty_directory();
    let (sqlite, f) = open(&directory, &clock);
    some_jobs(&f).await;
    let before = content(&f).await;
    sqlite.close().await;
    let (_sqlite, f) = open(&directory, &clock);
    assert_eq!(content(&f).await, before);
    f.advance_ms(1_000);
    assert_eq!(f.promote().await, 1);
    assert_eq!(f.claim(5).await.len(), 2);
}

#[tokio::test]
async fn acknowledged_content_survives_a_crash() {
    let (directory, clock) = empty_directory();
    let (_running, f) = open(&directory, &clock);
    some_jobs(&f).await;
    let before = content(&f).await;
    let copy = crash_copy(&directory);
    let (_sqlite, f) = open(&copy, &clock);
    assert_eq!(content(&f).await, before);
}

/// Copies the files that a process would leave if it was killed now.
fn crash_copy(directory: &Arc<TempDir>) -> Arc<TempDir> {
    let copy = tempfile::tempdir().expect("a temporary directory");
    for name in ["store.db", "store.db-wal"] {
        std::fs::copy(directory.path().join(name), copy.path().join(name)).expect("copies");
    }
    Arc::new(copy)
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
async fn closed_store_returns_closed() {
    let (directory, clock) = empty_directory();
    let (sqlite, f) = open(&directory, &clock);
    let waiting = tokio::spawn({
        let store = f.store.clone();
        let request = odd_core::ports::ClaimRequest {
            wait: std::time::Duration::from_secs(600),
            ..f.request(1)
        };
        async move { store.claim(request).await }
    });
    f.submit(r#"{"type":"work","delayMs":1}"#).await;
    sqlite.close().await;
    let closed = sqlite.submit([new_job(r#"{"type":"work"}"#)].into()).await;
    assert!(matches!(
        closed,
        Err(odd_core::ports::SubmitError::Store(StoreError::Closed))
    ));
    assert!(matches!(
        sqlite.promote_due(1).await,
        Err(StoreError::Closed)
    ));
    assert!(matches!(
        waiting.await.expect("ends"),
        Err(StoreError::Closed)
    ));
    // A second close returns immediately.
    sqlite.close().await;
}

#[tokio::test]
async fn file_of_another_build_is_refused_and_unchanged() {
    let (directory, clock) = empty_directory();
    let (sqlite, f) = open(&directory, &clock);
    some_jobs(&f).await;
    sqlite.close().await;
    let path = directory.path().join("store.db");
    let set_version = |version: i64| {
        let file = rusqlite::Connection::open(&path).expect("opens");
        file.pragma_update(None, "user_version", version)
            .expect("sets");
    };
    for (version, why) in [(99, "newer"), (1, "development build")] {
        set_version(version);
        let refusal = try_open(&path, &clock).err().expect("refused");
        assert!(
            matches!(&refusal, StoreError::Broken(_)) && refusal.to_string().contains(why),
            "{refusal}"
        );
    }
    set_version(2);
    let (_sqlite, f) = open(&directory, &clock);
    assert_eq!(content(&f).await.0.len(), 3);
}

#[tokio::test]
async fn file_that_is_not_a_store_is_refused() {
    let (directory, clock) = empty_directory();
    let path = directory.path().join("store.db");
    std::fs::write(
        &path,
        "this is no database, but it is long enough to look like a header of one",
    )
    .expect("writes");
    assert!(matches!(
        try_open(&path, &clock),
        Err(StoreError::Broken(_))
    ));
    let unreachable = directory.path().join("absent").join("store.db");
    assert!(matches!(
        try_open(&unreachable, &clock),
        Err(StoreError::Unavailable(_))
    ));
}

#[tokio::test]
async fn head_of_an_empty_file_is_zero() {
    let (directory, clock) = empty_directory();
    let (sqlite, _f) = open(&directory, &clock);
    assert_eq!(sqlite.head().await.expect("reads"), Position(0));
    assert!(
        sqlite
            .job(JobId(uuid::Uuid::nil()))
            .await
            .expect("reads")
            .is_none()
    );
}

#[tokio::test]
async fn worker_is_recorded_even_if_another_producer_starts_it() {
    let (directory, clock) = empty_directory();
    let (_sqlite, f) = open(&directory, &clock);
    for worker in [producers().processor.instance_id.as_str(), "another"] {
        let id = f.submit(r#"{"type":"work"}"#).await;
        let mut request = f.request(1);
        request.worker_id = worker.into();
        let claimed = f.store.claim(request).await.expect("claims");
        f.finish(claimed[0].lease, AttemptResult::Succeeded { result: None })
            .await
            .expect("holds");
        let attempts = f.job(id).await.attempts.expect("shown in full");
        assert_eq!(attempts[0].worker_id, worker);
        let log = f.log.read_after(Position(0), 10_000).await.expect("reads");
        let started = log.iter().find_map(|entry| match &entry.entry {
            LogEntry::Event(event) if event.job_id == id => match &event.change {
                Change::Started { worker_id, .. } => Some(worker_id.clone()),
                _ => None,
            },
            _ => None,
        });
        assert_eq!(started.as_deref(), Some(worker));
    }
}

#[tokio::test]
async fn page_reads_a_bounded_part_of_a_long_history() {
    let (directory, clock) = empty_directory();
    let (_sqlite, f) = open(&directory, &clock);
    let id = f.submit(r#"{"type":"work"}"#).await;
    let lease = f.claim_one().await.lease;
    for _ in 0..1_000 {
        let progress = Progress {
            fraction: 0.5,
            message: None,
        };
        let recorded = f.store.record_progress(lease, progress).await;
        recorded.expect("holds");
    }
    let query = EventQuery {
        job_id: Some(id),
        event_type: Some(EventType::Created),
        limit: 10,
        ..EventQuery::default()
    };
    let (page, next) = f.log.query(query.clone()).await.expect("reads");
    assert!(page.is_empty() && next.is_some(), "{next:?}");
    let goes_on = EventQuery {
        before: next,
        ..query
    };
    let (page, next) = f.log.query(goes_on).await.expect("reads");
    assert_eq!((page.len(), next), (1, None));
}

#[tokio::test]
async fn workers_of_an_earlier_process_are_deleted() {
    let (directory, clock) = empty_directory();
    let (sqlite, f) = open(&directory, &clock);
    let worker = WorkerRecord {
        worker_id: "gone".into(),
        types: None,
        concurrency: 1,
        busy: 0,
        seen_at: clock.now(),
    };
    f.store.record_worker(worker).await.expect("records");
    let workers =
        async |f: &StoreFixture| f.reader.workers(clock.now()).await.expect("reads").len();
    assert_eq!(workers(&f).await, 1);
    sqlite.close().await;
    let (_sqlite, f) = open(&directory, &clock);
    assert_eq!(workers(&f).await, 0);
}
