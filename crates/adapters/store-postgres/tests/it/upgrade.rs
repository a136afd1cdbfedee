use std::sync::Arc;
use std::time::Duration;

use odd_contracts::{JobType, Timestamp, TraceContext};
use odd_core::ports::{
    Admission, ClaimRequest, EventLog, JobCommands, JobReader, LogEntry, Position, StoreError,
    WorkQueue,
};
use odd_core::{NewJob, SystemClock};
use odd_store_postgres::PostgresConfig;
use odd_testkit::PATIENCE;
use odd_testkit::build::new_job;
use odd_testkit::{PostgresStore, postgres_database, postgres_store_at, producers};
use tokio::task::JoinHandle;
use tokio_postgres::Client;

use crate::null_sink::NullSink;
use crate::session::{session, wait_for_waiting};

const INITIAL: &str = include_str!("../../migrations/0001_initial.sql");

/// Removes what the third migration has added.
const REMOVE_FAILURES: &str = "DROP TABLE failed_jobs, removed_jobs";

/// Returns the statements that remove what the fifth migration has added.
fn remove_clock() -> String {
    let view = view_of(include_str!("../../migrations/0002_traces.sql"));
    format!(
        "DROP TABLE store_clock; DROP FUNCTION steady_time; ALTER TABLE commit_events DROP COLUMN times CASCADE; \
         CREATE VIEW job_events{view}"
    )
}

/// Returns the definition of the view `job_events` in a migration.
fn view_of(migration: &str) -> &str {
    let view = migration.split_once("VIEW job_events").expect("one");
    view.1.split_once(';').expect("it ends").0
}

/// Returns a schema to the version before traces. Without the column, nothing can write a trace.
async fn remove_traces(client: &Client) {
    let (view, clock) = (view_of(INITIAL), remove_clock());
    let sql = format!(
        "{clock}; ALTER TABLE commit_events DROP COLUMN traces CASCADE; CREATE VIEW job_events{view}; {REMOVE_FAILURES}; \
         DELETE FROM schema_migrations WHERE migration >= 2"
    );
    client.batch_execute(&sql).await.expect("older");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_of_the_version_without_traces_are_kept() {
    let url = postgres_database().await;
    let open = || postgres_store_at(url.clone(), Arc::new(SystemClock), Arc::new(NullSink));
    let submit = async |trace| {
        let job = NewJob {
            trace,
            ..new_job(r#"{"type":"work"}"#)
        };
        let store = open().await;
        store.submit([job].into()).await.expect("accepted");
    };
    submit(None).await;
    let client = session(&url).await;
    remove_traces(&client).await;

    let trace = TraceContext::sampled([1; 16], [2; 8]);
    submit(trace).await;
    let entries = open().await.read_after(Position(0), 10).await;
    let traces = entries
        .expect("reads")
        .into_iter()
        .map(|record| match record.entry {
            LogEntry::Event(event) => event.trace,
            LogEntry::Pruned { .. } => panic!("nothing was pruned"),
        });
    assert_eq!(traces.collect::<Vec<_>>(), [None, trace]);
    let by_hand = "SELECT traceparent FROM job_events WHERE traceparent IS NOT NULL";
    let row = client.query_one(by_hand, &[]).await.expect("one event");
    assert_eq!(row.get::<_, String>(0), trace.expect("valid").to_string());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn workers_of_the_version_before_are_kept_while_it_runs() {
    let url = postgres_database().await;
    let open = || postgres_store_at(url.clone(), Arc::new(SystemClock), Arc::new(NullSink));
    drop(open().await);
    let client = session(&url).await;
    let clock = remove_clock();
    let older = format!(
        "ALTER TABLE workers DROP COLUMN version, DROP COLUMN queues, DROP COLUMN is_draining, \
         DROP COLUMN started_at; {clock}; DELETE FROM schema_migrations WHERE migration >= 4"
    );
    client.batch_execute(&older).await.expect("older");
    let report = |id: &str| {
        let insert = format!(
            "INSERT INTO workers (worker_id, types, concurrency, busy, seen_at) \
             VALUES ('{id}', '{{work}}', 4, 1, clock_timestamp())"
        );
        let client = &client;
        async move { client.batch_execute(&insert).await.expect("reported") }
    };
    report("before").await;
    let store = open().await;
    report("later").await;
    let workers = store
        .workers(Timestamp::from_micros(0))
        .await
        .expect("reads");
    let found: Vec<_> = workers
        .iter()
        .map(|worker| (worker.worker_id.as_str(), worker.version.as_str()))
        .collect();
    assert_eq!(found, [("before", "unknown"), ("later", "unknown")]);
    assert!(
        workers
            .iter()
            .all(|worker| worker.queues.is_none() && !worker.is_draining)
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn jobs_that_failed_in_the_version_before_have_a_fingerprint() {
    let url = postgres_database().await;
    let open = || postgres_store_at(url.clone(), Arc::new(SystemClock), Arc::new(NullSink));
    let store = open().await;
    let jobs = [r#"{"type":"work"}"#, r#"{"type":"work"}"#].map(new_job);
    let refused = store.submit(jobs.into()).await.expect("accepted")[0].id;
    let claim = ClaimRequest {
        worker_id: "worker-1".into(),
        types: None,
        queues: None,
        limit: 1,
        ahead: odd_core::ports::ClaimAhead::default(),
        lease: Duration::from_secs(30),
        wait: Duration::ZERO,
        admission: Arc::new(RefuseAll),
    };
    store.claim(claim).await.expect("refuses");
    let client = session(&url).await;
    let clock = remove_clock();
    let before =
        format!("{REMOVE_FAILURES}; {clock}; DELETE FROM schema_migrations WHERE migration >= 3");
    // A process of that version that still runs, or runs again, does not write the table.
    for older in [&before, "DELETE FROM failed_jobs"] {
        client.batch_execute(older).await.expect("older");
        let store = open().await;
        let job = store.job(refused).await.expect("reads").expect("a job");
        let fingerprint = job.fingerprint.expect("it failed");
        let totals = store.totals().await.expect("reads");
        assert!(totals.failed > 0);
        // They are added while the process already works.
        let added = async {
            while store.count_failed(&[fingerprint]).await.expect("reads") != [totals.failed] {
                tokio::task::yield_now().await;
            }
        };
        let added = tokio::time::timeout(PATIENCE, added).await;
        added.expect("every failed job is added");
    }
}

struct RefuseAll;

impl Admission for RefuseAll {
    fn admit(&self, _: &JobType, _: Option<&str>) -> Result<(), String> {
        Err("refused".into())
    }
}

/// Starts a store that upgrades the schema, with this pause between its attempts.
fn upgrade(url: &str, pause: Duration) -> JoinHandle<Result<PostgresStore, StoreError>> {
    let mut config = PostgresConfig::new(url, producers());
    config.upgrade_pause = pause;
    tokio::spawn(PostgresStore::connect(config, Arc::new(NullSink)))
}

/// A session that holds only the view, as a query of the view does for a moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn upgrade_that_waits_for_a_session_does_not_stop_the_others() {
    let url = postgres_database().await;
    let open = || postgres_store_at(url.clone(), Arc::new(SystemClock), Arc::new(NullSink));
    drop(open().await);
    let (holder, other) = (session(&url).await, session(&url).await);
    remove_traces(&holder).await;
    let hold = "BEGIN; COMMENT ON VIEW job_events IS NULL";
    holder.batch_execute(hold).await.expect("held");

    let upgrade = upgrade(&url, Duration::from_millis(1));
    wait_for_waiting(&other, "relation").await;
    let read = "SET lock_timeout = 1; SELECT FROM commit_events";
    other.batch_execute(read).await.expect("not blocked");
    let upgraded = upgrade.await.expect("no panic");
    let error = upgraded.err().expect("the attempts are bounded");
    assert!(error.is_transient(), "{error:?}");

    holder.batch_execute("COMMIT").await.expect("released");
    drop(open().await);
    let upgraded = "SELECT traces FROM commit_events";
    other.batch_execute(upgraded).await.expect("upgraded");
}

/// A session that has read the table and has not ended its transaction, as a backup does for hours.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn upgrade_during_a_long_read_delays_others_for_a_moment_and_is_repeated() {
    let url = postgres_database().await;
    let open = || postgres_store_at(url.clone(), Arc::new(SystemClock), Arc::new(NullSink));
    drop(open().await);
    let (holder, other) = (session(&url).await, session(&url).await);
    remove_traces(&holder).await;
    let hold = "BEGIN; SELECT FROM commit_events";
    holder.batch_execute(hold).await.expect("held");

    let upgrade = upgrade(&url, Duration::from_secs(1));
    wait_for_waiting(&other, "relation").await;
    // The first attempt lasts 0.2 s, and there is no lock during the pause.
    let read = "SET lock_timeout = '1s'; SELECT FROM commit_events";
    other.batch_execute(read).await.expect("hardly delayed");
    let mut second = PostgresConfig::new(&url, producers());
    second.statement_timeout = Duration::from_millis(100);
    let second = PostgresStore::connect(second, Arc::new(NullSink)).await;
    let error = second.err().expect("another process upgrades");
    assert!(error.is_transient(), "{error:?}");

    holder.batch_execute("COMMIT").await.expect("released");
    let upgraded = upgrade.await.expect("no panic");
    drop(upgraded.expect("a later attempt succeeds"));
    let upgraded = "SELECT traces FROM commit_events";
    other.batch_execute(upgraded).await.expect("upgraded");
    drop(open().await);
}
