//! Files that the store opens, refuses and closes.

use odd_contracts::{EventType, JobId, Progress};
use odd_core::ports::{
    EventLog, EventQuery, JobCommands, JobQuery, JobReader, LogEntry, Maintenance, Position,
    StoreError,
};
use odd_core::{AttemptResult, Change};
use odd_testkit::build::new_job;
use odd_testkit::producers;

use crate::fixture::{empty_directory, open, some_jobs, try_open};

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
    // The next migration adds the table.
    let file = rusqlite::Connection::open(&path).expect("opens");
    file.execute_batch("DROP TABLE clock").expect("there");
    drop(file);
    set_version(3);
    let (_sqlite, f) = open(&directory, &clock);
    assert_eq!(f.content().await.0.len(), 3);
}

#[tokio::test]
async fn jobs_that_failed_before_the_upgrade_have_a_fingerprint() {
    let (directory, clock) = empty_directory();
    let (sqlite, f) = open(&directory, &clock);
    let (failed, cancelled) = (f.failed_job().await, f.submit(r#"{"type":"work"}"#).await);
    let cause = f.job(failed).await.correlation_id;
    f.store.cancel(cancelled, cause).await.expect("waiting");
    sqlite.close().await;
    let path = directory.path().join("store.db");
    let file = rusqlite::Connection::open(&path).expect("opens");
    file.execute_batch(
        "DROP INDEX unsuccessful_fingerprint; ALTER TABLE unsuccessful DROP COLUMN fingerprint; \
         DROP TABLE removed_jobs; DROP TABLE clock; PRAGMA user_version = 2",
    )
    .expect("the schema of the version before");
    drop(file);

    let (_sqlite, f) = open(&directory, &clock);
    let fingerprint = f.job(failed).await.fingerprint.expect("it failed");
    let counted = f.reader.count_failed(&[fingerprint]).await;
    assert_eq!(counted.expect("reads"), [1]);
    let query = JobQuery {
        fingerprint: Some(fingerprint),
        limit: 10,
        ..JobQuery::default()
    };
    let found = f.reader.jobs(query).await.expect("reads").jobs;
    assert_eq!(found.len(), 1);
    let totals = f.reader.totals().await.expect("reads");
    assert_eq!((totals.failed, totals.cancelled, totals.removed), (1, 1, 0));
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
async fn file_of_another_program_is_refused_and_unchanged() {
    let (directory, clock) = empty_directory();
    let path = directory.path().join("store.db");
    let refused = || {
        let before = std::fs::read(&path).expect("reads");
        let refusal = try_open(&path, &clock).err().expect("refused");
        assert!(matches!(refusal, StoreError::Broken(_)), "{refusal}");
        assert_eq!(std::fs::read(&path).expect("reads"), before);
        refusal.to_string()
    };
    for tables in [
        "CREATE TABLE customers (id INTEGER PRIMARY KEY)",
        "CREATE TABLE jobs (id INTEGER PRIMARY KEY)",
        "PRAGMA user_version = 4; CREATE TABLE a (b)",
    ] {
        let foreign = rusqlite::Connection::open(&path).expect("opens");
        foreign.execute_batch(tables).expect("a table");
        drop(foreign);
        let text = refused();
        for part in [
            path.to_str().expect("text"),
            "another program",
            "Move it away",
        ] {
            assert!(text.contains(part), "{text}");
        }
        assert!(!text.contains("CREATE"), "{text}");
        std::fs::remove_file(&path).expect("removed");
    }
    std::fs::write(
        &path,
        "not a database at all, but a text that is long enough",
    )
    .expect("written");
    assert!(refused().contains("not an SQLite database"));
    std::fs::write(&path, "x").expect("written");
    assert!(refused().contains("not an SQLite database"));
}
