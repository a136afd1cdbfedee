use std::sync::Arc;

use odd_contracts::TraceContext;
use odd_core::ports::{EventLog, JobCommands, LogEntry, Position};
use odd_core::{NewJob, SystemClock};
use odd_testkit::build::new_job;
use odd_testkit::{postgres_database, postgres_store_at};
use tokio_postgres::NoTls;

use crate::null_sink::NullSink;

/// Returns a schema to the version before traces. Without the column, nothing can write a trace.
const WITHOUT_TRACES: &str = "ALTER TABLE commit_events DROP COLUMN traces CASCADE; \
     DELETE FROM schema_migrations WHERE migration = 2";

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
    let (client, connection) = tokio_postgres::connect(&url, NoTls)
        .await
        .expect("the server accepts connections");
    tokio::spawn(connection);
    client.batch_execute(WITHOUT_TRACES).await.expect("older");

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
