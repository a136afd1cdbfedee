use std::time::Duration;

use odd_contracts::JobStatus;
use odd_core::Change;
use odd_core::ports::{
    Archive, ErrorChain, EventQuery, JobQuery, LogEntry, LogRecord, Position, StoreError,
};
use odd_views_cluster::{ClusterArchive, MongoConfig};

use crate::history::History;
use crate::servers::MongoServer;
use crate::throughput::job_events;

async fn connect(config: &MongoConfig) -> ClusterArchive {
    ClusterArchive::connect(config).await.expect("connects")
}

/// Archives new entries like a metrics-engine, until none is left. Retries after transient errors.
async fn follow(history: &History, archive: &ClusterArchive) {
    let deadline = tokio::time::Instant::now() + odd_testkit::PATIENCE;
    loop {
        match step(history, archive).await {
            Ok(true) => return,
            Ok(false) => {}
            Err(error) => {
                let causes = ErrorChain(&error);
                assert!(error.is_transient(), "{causes}");
                assert!(tokio::time::Instant::now() < deadline, "{causes}");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn step(history: &History, archive: &ClusterArchive) -> Result<bool, StoreError> {
    let position = archive.begin().await?;
    let entries = history.f.log.read_after(position, 200).await?;
    let is_done = entries.is_empty();
    archive.apply(entries).await?;
    Ok(is_done)
}

/// Checks that the archive contains every event of the history.
async fn check(history: &History, archive: &ClusterArchive) {
    let everything = EventQuery {
        limit: 1_000_000,
        ..EventQuery::default()
    };
    let (mut archived, _) = archive.events(everything).await.expect("reads");
    archived.reverse();
    let entries = history.entries().into_iter();
    let events = entries.filter(|entry| matches!(entry.entry, LogEntry::Event(_)));
    assert!(archived.into_iter().eq(events));
    let position = archive.position().await.expect("reads");
    assert_eq!(position, history.head().await);
}

#[tokio::test]
async fn a_refilled_archive_has_an_equal_digest() {
    let (server, history) = (MongoServer::start(), History::busy().await);
    let (first, second) = (server.config(), server.config());
    let archive = connect(&first).await;
    follow(&history, &archive).await;
    check(&history, &archive).await;
    let refilled = connect(&second).await;
    for chunk in history.entries().chunks(333) {
        refilled.apply(chunk.to_vec()).await.expect("archives");
    }
    let digests = (archive.digest().await, refilled.digest().await);
    assert_eq!(digests.0.expect("reads"), digests.1.expect("reads"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_is_killed_while_it_archives_loses_nothing() {
    let (server, history) = (MongoServer::start(), History::busy().await);
    let config = MongoConfig {
        time_limit: Duration::from_secs(2),
        ..server.config()
    };
    let archive = connect(&config).await;
    let killing = async {
        for _ in 0..3 {
            step(&history, &archive).await.ok();
            server.kill();
            let error = archive.ping().await.expect_err("it is gone");
            assert!(error.is_transient(), "{error}");
            server.restart();
        }
    };
    tokio::join!(follow(&history, &archive), killing);
    follow(&history, &archive).await;
    check(&history, &archive).await;
}

#[tokio::test]
async fn a_dropped_archive_is_filled_again_from_the_start() {
    let (server, history) = (MongoServer::start(), History::busy().await);
    let config = server.config();
    let archive = connect(&config).await;
    follow(&history, &archive).await;
    server.drop_database(&config).await;
    history.f.submit(r#"{"type":"work"}"#).await;
    history.record().await;
    let last = history.entries().pop().expect("not empty");
    let error = archive.apply(vec![last]).await.expect_err("a gap");
    assert!(error.is_transient(), "{error}");
    assert_eq!(archive.position().await.expect("reads"), Position(0));
    follow(&history, &archive).await;
    check(&history, &archive).await;
    let indexes = server.indexes(&config, "events").await;
    assert_eq!(indexes, ["_id_", "job_seq", "seq", "type_seq"]);
}

#[tokio::test]
async fn an_archive_created_again_by_another_writer_is_detected() {
    let (server, history) = (MongoServer::start(), History::busy().await);
    let config = server.config();
    let (archive, other) = (connect(&config).await, connect(&config).await);
    let entries = history.entries();
    let (first, rest) = entries.split_at(100);
    archive.apply(first.to_vec()).await.expect("archives");
    server.drop_database(&config).await;
    other.apply(first[..1].to_vec()).await.expect("archives");
    other.apply(rest.to_vec()).await.expect("archives");
    let error = archive.apply(rest.to_vec()).await.expect_err("a gap");
    assert!(error.is_transient(), "{error}");
    assert_eq!(server.indexes(&config, "events").await.len(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_archive_that_is_dropped_while_it_is_filled_has_no_gap() {
    let (server, history) = (MongoServer::start(), History::busy().await);
    for millis in (0..320).step_by(40) {
        let delay = Duration::from_millis(millis);
        tokio::select! {
            () = drop_while_filling(&server, &history, delay) => {}
            never = server.restart_empty_after_crashes() => match never {},
        }
    }
}

/// Fills a new archive, drops it after some time, and checks that it is complete afterwards.
async fn drop_while_filling(server: &MongoServer, history: &History, delay: Duration) {
    let config = server.config();
    let archive = connect(&config).await;
    let dropping = async {
        tokio::time::sleep(delay).await;
        server.drop_database_in_use(&config).await;
    };
    tokio::join!(dropping, follow(history, &archive));
    // The last entries may have been archived before the drop.
    history.f.submit(r#"{"type":"work"}"#).await;
    history.record().await;
    follow(history, &archive).await;
    check(history, &archive).await;
    let indexes = server.indexes(&config, "events").await;
    assert_eq!(indexes, ["_id_", "job_seq", "seq", "type_seq"]);
}

#[tokio::test]
async fn many_existing_jobs_are_updated_at_once() {
    let server = MongoServer::start();
    let archive = connect(&server.config()).await;
    let is_first = |entry: &LogRecord| matches!(&entry.entry, LogEntry::Event(event) if matches!(event.change, Change::Created { .. }));
    let (first, rest) = job_events(300).into_iter().partition::<Vec<_>, _>(is_first);
    archive.apply(first).await.expect("archives");
    archive.apply(rest).await.expect("archives");
    let completed = JobQuery {
        statuses: vec![JobStatus::Completed],
        limit: 1_000,
        ..JobQuery::default()
    };
    let page = archive.jobs(completed).await.expect("reads");
    assert_eq!(page.jobs.len(), 300);
}

#[tokio::test]
async fn reconnecting_changes_nothing() {
    let (server, history) = (MongoServer::start(), History::busy().await);
    let config = server.config();
    let archive = connect(&config).await;
    follow(&history, &archive).await;
    let digest = archive.digest().await.expect("reads");
    let other = MongoConfig {
        retention: None,
        ..config
    };
    let archive = connect(&other).await;
    assert_eq!(archive.digest().await.expect("reads"), digest);
}

#[tokio::test]
async fn errors_of_the_archive_do_not_contain_the_password() {
    for url in [
        "mongodb://me:wr0ng@127.0.0.1:1/?serverSelectionTimeoutMS=1",
        "mongodb://me:wr0ng@127.0.0.1:99999",
        "mongodb://me:wr0ng@127.0.0.1/?tls=perhaps",
        "mongodb://me:wr0ng@/",
        "mongodb+srv://me:wr0ng@localhost",
        "http://me:wr0ng@127.0.0.1",
    ] {
        let config = MongoConfig {
            time_limit: Duration::from_millis(500),
            ..MongoConfig::new(url)
        };
        assert!(!format!("{config:?}").contains("wr0ng"));
        let refused = ClusterArchive::connect(&config).await;
        let error = refused.err().expect("does not connect");
        let texts = format!("{} {error:?}", ErrorChain(&error));
        assert!(!texts.contains("wr0ng"), "{texts}");
    }
}
