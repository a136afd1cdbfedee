use std::sync::Arc;

use odd_contracts::{CorrelationId, Timestamp, TraceContext};
use odd_core::ports::{EventLog, JobCommands, Maintenance, Position};
use odd_core::{NewJob, SystemClock};
use odd_testkit::build::new_job;
use odd_testkit::{PostgresStore, postgres_database, postgres_store_at};
use tokio_postgres::Client;

use crate::null_sink::NullSink;
use crate::session::{session, wait_for_waiting};

/// Opens a store that uses the system clock, and a separate session on its database.
async fn store() -> (PostgresStore, Client) {
    let url = postgres_database().await;
    let store = postgres_store_at(url.clone(), Arc::new(SystemClock), Arc::new(NullSink)).await;
    (store, session(&url).await)
}

async fn submit(store: &PostgresStore) {
    let job = new_job(r#"{"type":"work"}"#);
    store.submit([job].into()).await.expect("accepted");
}

async fn count(client: &Client, sql: &str) -> i64 {
    client.query_one(sql, &[]).await.expect("answers").get(0)
}

const PARTITIONS: &str =
    "SELECT count(*) FROM pg_inherits WHERE inhparent = 'commit_events'::regclass";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_are_stored_in_the_partition_of_their_day() {
    let (store, client) = store().await;
    submit(&store).await;
    let in_default = "SELECT count(*) FROM commit_events_default";
    assert_eq!(count(&client, in_default).await, 0);
    assert_eq!(count(&client, "SELECT count(*) FROM job_events").await, 1);
    // Today, the next three days, and the default partition.
    assert_eq!(count(&client, PARTITIONS).await, 5);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn only_one_session_at_a_time_creates_partitions() {
    let (store, client) = store().await;
    // `locks::PARTITIONS`
    let lock = "BEGIN; SELECT pg_advisory_xact_lock(7165066918273029)";
    client.batch_execute(lock).await.expect("locks");
    let before = store.clock().now();
    let pruning = tokio::spawn(async move { store.prune(before, 1).await });
    wait_for_waiting(&client, "advisory").await;
    client.batch_execute("COMMIT").await.expect("commits");
    let removed = pruning.await.expect("no panic").expect("prunes");
    assert_eq!(removed, 0);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pruning_drops_old_empty_partitions_and_creates_new_ones() {
    let (store, client) = store().await;
    let days = |year: i32| {
        format!(
            "CREATE TABLE commit_events_{year}0101 PARTITION OF commit_events \
             FOR VALUES FROM ('{year}-01-01 00:00+00') TO ('{year}-01-02 00:00+00')"
        )
    };
    let newest = "SELECT max(inhrelid::regclass::text COLLATE \"C\") FROM pg_inherits \
         WHERE inhparent = 'commit_events'::regclass AND inhrelid::regclass::text <> 'commit_events_default'";
    let newest: String = client.query_one(newest, &[]).await.expect("one").get(0);
    let null_event = "INSERT INTO commit_events VALUES (0, 0, '2021-01-01 12:00+00', '[null]')";
    for sql in [
        &*days(2020),
        &*days(2021),
        null_event,
        &format!("DROP TABLE {newest}"),
    ] {
        client.batch_execute(sql).await.expect(sql);
    }
    let before = store.clock().now();
    store.prune(before, 10).await.expect("prunes");
    let exists = |name: &str| format!("SELECT count(*) FROM pg_class WHERE relname = '{name}'");
    assert_eq!(count(&client, &exists("commit_events_20200101")).await, 0);
    assert_eq!(count(&client, &exists("commit_events_20210101")).await, 1);
    assert_eq!(count(&client, &exists(&newest)).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn reading_skips_commits_whose_events_were_deleted() {
    let (store, client) = store().await;
    for _ in 0..10 {
        submit(&store).await;
    }
    let delete =
        "DELETE FROM commit_events WHERE commit_id < (SELECT max(commit_id) FROM commit_events)";
    client.batch_execute(delete).await.expect("deletes");
    let read = store.read_after(Position(0), 2).await.expect("reads");
    let positions: Vec<u64> = read.iter().map(|entry| entry.position.0).collect();
    assert_eq!(positions, [10]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn large_commit_is_read_from_its_middle() {
    let (store, _client) = store().await;
    let jobs: Vec<_> = (0..1_201).map(|_| new_job(r#"{"type":"work"}"#)).collect();
    let last = jobs[1_200].id;
    store.submit(jobs.into()).await.expect("accepted");
    let read = store.read_after(Position(1_100), 60).await.expect("reads");
    let positions: Vec<u64> = read.iter().map(|entry| entry.position.0).collect();
    assert_eq!(positions, (1_101..=1_160).collect::<Vec<_>>());
    let history = store.job_history(last, 10).await.expect("reads");
    assert_eq!(history.len(), 1);
    assert_eq!(history[0].position, Position(1_201));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn view_shows_each_event_as_a_row() {
    let (store, client) = store().await;
    let job = new_job(r#"{"type":"work","queue":"q","priority":5}"#);
    let id = job.id;
    store.submit([job].into()).await.expect("accepted");
    store
        .cancel(id, odd_contracts::CorrelationId(uuid::Uuid::now_v7()))
        .await
        .expect("the job is waiting");
    let rows = client
        .query(
            "SELECT job_id, version, event_type, previous_status, attempt, job_type, queue, detail::text \
             FROM job_events ORDER BY version",
            &[],
        )
        .await
        .expect("answers");
    let shown: Vec<_> = rows
        .iter()
        .map(|row| {
            let (version, attempt): (i32, Option<i32>) = (row.get(1), row.get(4));
            let texts: [Option<&str>; 5] =
                [row.get(2), row.get(3), row.get(5), row.get(6), row.get(7)];
            assert_eq!(row.get::<_, uuid::Uuid>(0), id.0);
            assert_eq!(attempt, None);
            (version, texts.map(|text| text.unwrap_or("-").to_owned()))
        })
        .collect();
    let row = |version, texts: [&str; 5]| (version, texts.map(str::to_owned));
    assert_eq!(
        shown,
        [
            row(1, ["job.created", "-", "work", "q", r#"{"priority":5}"#]),
            row(2, ["job.cancelled", "PENDING", "work", "q", "null"]),
        ]
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pruning_removes_the_traces_of_removed_events_only() {
    let (store, client) = store().await;
    let traced = |number, submission| NewJob {
        trace: TraceContext::sampled([number; 16], [number; 8]),
        ..new_job(submission)
    };
    let jobs = [
        traced(1, r#"{"type":"work"}"#),
        traced(2, r#"{"type":"later","delayMs":86400000}"#),
        new_job(r#"{"type":"later","delayMs":86400000}"#),
    ];
    let removed = [jobs[0].id, jobs[1].id];
    store.submit(jobs.into()).await.expect("accepted");
    let pruned = async |id| {
        let reason = CorrelationId(uuid::Uuid::now_v7());
        store.cancel(id, reason).await.expect("it waits");
        let now = Timestamp::from_micros(store.clock().now().as_micros() + 1_000);
        assert_eq!(store.prune(now, 10).await.expect("prunes"), 1);
        let traces = "SELECT traces::text FROM commit_events WHERE first = 0 \
            AND commit_id = (SELECT min(commit_id) FROM commit_events)";
        let row = client.query_one(traces, &[]).await.expect("one row");
        row.get::<_, Option<String>>(0)
    };
    let left = pruned(removed[0]).await.expect("one trace");
    assert!(!left.contains("01010101"), "{left}");
    assert!(left.contains(r#""1" : "00-02020202"#), "{left}");
    assert_eq!(pruned(removed[1]).await, None);
}
