use std::process::Command;
use std::sync::Arc;

use odd_contracts::JobStatus;
use odd_core::AttemptResult;
use odd_core::ports::Position;
use odd_testkit::build::new_job;
use odd_testkit::conformance::StoreFixture;
use odd_testkit::private_servers::{DataRoot, Postgres};
use odd_testkit::{ManualClock, postgres_fixture_of, postgres_store_at};

use crate::null_sink::NullSink;

fn server() -> Postgres {
    let root = DataRoot::temporary().expect("a directory");
    Postgres::start(&root).expect("starts")
}

async fn open(server: &Postgres, clock: &Arc<ManualClock>) -> StoreFixture {
    let store = postgres_store_at(server.url(), clock.clone(), Arc::new(NullSink)).await;
    postgres_fixture_of(&store, clock.clone())
}

/// Runs a program of a server.
fn run(server: &Postgres, program: &str, arguments: &[&str]) {
    let mut command = Command::new(server.program(program));
    let output = command.args(arguments).output().expect("starts");
    let messages = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{program}: {messages}");
}

/// The commands are those of `docs/guides/backup.md`.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn dump_that_is_restored_on_another_server_has_the_same_content_and_continues() {
    let (old, new) = (server(), server());
    let clock = Arc::new(ManualClock::default());
    let before = open(&old, &clock).await;
    before.failed_job().await;
    before.submit(r#"{"type":"work"}"#).await;
    let running = before.claim_one().await;
    let unique = r#"{"type":"work","uniqueKey":"u","tags":["t"]}"#;
    let waiting = before.submit(unique).await;
    before.submit(r#"{"type":"work","delayMs":1000}"#).await;
    let expected = before.content().await;

    let folder = DataRoot::temporary().expect("a directory");
    let file = folder.path().join("observatory.dump");
    let file = format!("--file={}", file.display());
    run(&old, "pg_dump", &["--format=custom", &file, &old.url()]);
    // A job that is submitted after the backup is lost.
    before.submit(r#"{"type":"work"}"#).await;
    let restore = [
        "--no-owner",
        "--exit-on-error",
        "--single-transaction",
        &format!("--dbname={}", new.url()),
        file.trim_start_matches("--file="),
    ];
    run(&new, "pg_restore", &restore);

    let after = open(&new, &clock).await;
    assert!(after.content().await == expected, "another content");
    let head = after.log.head().await.expect("reads");
    let again = after.store.submit([new_job(unique)].into()).await;
    assert_eq!(again.expect("accepted")[0].id, waiting);
    let succeeded = AttemptResult::Succeeded { result: None };
    let status = after.finish(running.lease, succeeded).await;
    assert_eq!(status, Ok(JobStatus::Completed));
    let entries = after.log.read_after(head, 10).await.expect("reads");
    assert_eq!(entries[0].position, Position(head.0 + 1));
}
