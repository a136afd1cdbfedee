use std::sync::Arc;

use odd_contracts::TraceContext;
use odd_core::ports::{EventLog, JobCommands, LogEntry, Position};
use odd_core::{NewJob, SystemClock};
use odd_store_postgres::PostgresConfig;
use odd_testkit::PATIENCE;
use odd_testkit::build::new_job;
use odd_testkit::{PostgresStore, postgres_database, postgres_store_at, producers};
use tokio_postgres::{Client, NoTls};

use crate::null_sink::NullSink;

const INITIAL: &str = include_str!("../../migrations/0001_initial.sql");

/// Returns a schema to the version before traces. Without the column, nothing can write a trace.
async fn remove_traces(client: &Client) {
    let view = INITIAL.split_once("CREATE VIEW job_events").expect("one");
    let (view, _) = view.1.split_once(';').expect("it ends");
    let sql = format!(
        "ALTER TABLE commit_events DROP COLUMN traces CASCADE; CREATE VIEW job_events{view}; \
         DELETE FROM schema_migrations WHERE migration = 2"
    );
    client.batch_execute(&sql).await.expect("older");
}

/// Opens a session of its own.
async fn session(url: &str) -> Client {
    let connecting = tokio_postgres::connect(url, NoTls);
    let (client, connection) = connecting.await.expect("the server accepts connections");
    tokio::spawn(connection);
    client
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

    let config = PostgresConfig::new(url.clone(), producers());
    let upgrade = tokio::spawn(PostgresStore::connect(config, Arc::new(NullSink)));
    let is_waiting = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)";
    let waiting = async {
        while !other
            .query_one(is_waiting, &[])
            .await
            .expect("answers")
            .get::<_, bool>(0)
        {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting)
        .await
        .expect("it waits");
    let read = "SET lock_timeout = 1; SELECT FROM commit_events";
    other.batch_execute(read).await.expect("not blocked");
    let error = upgrade
        .await
        .expect("no panic")
        .err()
        .expect("not upgraded");
    assert!(error.is_transient(), "{error:?}");

    holder.batch_execute("COMMIT").await.expect("released");
    drop(open().await);
    let upgraded = "SELECT traces FROM commit_events";
    other.batch_execute(upgraded).await.expect("upgraded");
}
