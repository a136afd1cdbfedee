use std::time::Duration;

use odd_contracts::JobStatus;
use odd_core::Change;
use odd_core::ports::{Archive, EventQuery, JobQuery, LogEntry, LogRecord, Position, StoreError};
use odd_views_cluster::{ClusterArchive, MongoConfig};

use crate::pace::lives;
use crate::past::Past;
use crate::servers::MongoServer;

async fn connect(config: &MongoConfig) -> ClusterArchive {
    ClusterArchive::connect(config).await.expect("connects")
}

/// Keeps what is new, as a metrics-engine does, until nothing is left; does not mind failures.
async fn follow(past: &Past, archive: &ClusterArchive) {
    let deadline = tokio::time::Instant::now() + odd_testkit::PATIENCE;
    loop {
        match step(past, archive).await {
            Ok(true) => return,
            Ok(false) => {}
            Err(error) => {
                assert!(error.is_transient(), "{error}");
                assert!(tokio::time::Instant::now() < deadline, "{error}");
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    }
}

async fn step(past: &Past, archive: &ClusterArchive) -> Result<bool, StoreError> {
    let position = archive.begin().await?;
    let entries = past.f.log.read_after(position, 200).await?;
    let is_done = entries.is_empty();
    archive.apply(entries).await?;
    Ok(is_done)
}

/// The archive holds every event there is.
async fn check(past: &Past, archive: &ClusterArchive) {
    let everything = EventQuery {
        limit: 1_000_000,
        ..EventQuery::default()
    };
    let (mut kept, _) = archive.events(everything).await.expect("reads");
    kept.reverse();
    let told = past.entries().into_iter();
    let told = told.filter(|entry| matches!(entry.entry, LogEntry::Event(_)));
    assert!(kept.into_iter().eq(told));
    let position = archive.position().await.expect("reads");
    assert_eq!(position, past.head().await);
}

#[tokio::test]
async fn an_archive_that_was_lost_is_filled_again_with_an_equal_digest() {
    let (server, past) = (MongoServer::start(), Past::busy().await);
    let (first, second) = (server.config(), server.config());
    let archive = connect(&first).await;
    follow(&past, &archive).await;
    check(&past, &archive).await;
    let refilled = connect(&second).await;
    for chunk in past.entries().chunks(333) {
        refilled.apply(chunk.to_vec()).await.expect("keeps");
    }
    let digests = (archive.digest().await, refilled.digest().await);
    assert_eq!(digests.0.expect("reads"), digests.1.expect("reads"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_dies_while_it_archives_loses_nothing() {
    let (server, past) = (MongoServer::start(), Past::busy().await);
    let config = MongoConfig {
        time_limit: Duration::from_secs(2),
        ..server.config()
    };
    let archive = connect(&config).await;
    let dying = async {
        for _ in 0..3 {
            step(&past, &archive).await.ok();
            server.kill();
            let error = archive.ping().await.expect_err("it is gone");
            assert!(error.is_transient(), "{error}");
            server.restart();
        }
    };
    tokio::join!(follow(&past, &archive), dying);
    follow(&past, &archive).await;
    check(&past, &archive).await;
}

#[tokio::test]
async fn an_archive_that_was_dropped_is_followed_again_from_its_start() {
    let (server, past) = (MongoServer::start(), Past::busy().await);
    let config = server.config();
    let archive = connect(&config).await;
    follow(&past, &archive).await;
    server.drop_database(&config).await;
    past.f.submit(r#"{"type":"work"}"#).await;
    past.listen().await;
    let last = past.entries().pop().expect("not empty");
    let error = archive.apply(vec![last]).await.expect_err("a hole");
    assert!(error.is_transient(), "{error}");
    assert_eq!(archive.position().await.expect("reads"), Position(0));
    follow(&past, &archive).await;
    check(&past, &archive).await;
    let indexes = server.indexes(&config, "events").await;
    assert_eq!(indexes, ["_id_", "job_seq", "seq", "type_seq"]);
}

#[tokio::test]
async fn an_archive_that_another_writer_made_anew_is_another_one() {
    let (server, past) = (MongoServer::start(), Past::busy().await);
    let config = server.config();
    let (archive, other) = (connect(&config).await, connect(&config).await);
    let entries = past.entries();
    let (first, rest) = entries.split_at(100);
    archive.apply(first.to_vec()).await.expect("keeps");
    server.drop_database(&config).await;
    other.apply(first[..1].to_vec()).await.expect("keeps");
    other.apply(rest.to_vec()).await.expect("keeps");
    let error = archive.apply(rest.to_vec()).await.expect_err("a hole");
    assert!(error.is_transient(), "{error}");
    assert_eq!(server.indexes(&config, "events").await.len(), 4);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_archive_that_is_dropped_while_it_is_filled_has_no_hole() {
    let (server, past) = (MongoServer::start(), Past::busy().await);
    for millis in (0..320).step_by(40) {
        let config = server.config();
        let archive = connect(&config).await;
        let dropping = async {
            tokio::time::sleep(Duration::from_millis(millis)).await;
            server.drop_database(&config).await;
        };
        tokio::join!(dropping, follow(&past, &archive));
        // The last words may have been kept before the drop.
        past.f.submit(r#"{"type":"work"}"#).await;
        past.listen().await;
        follow(&past, &archive).await;
        check(&past, &archive).await;
        let indexes = server.indexes(&config, "events").await;
        assert_eq!(indexes, ["_id_", "job_seq", "seq", "type_seq"]);
    }
}

#[tokio::test]
async fn many_known_jobs_change_at_once() {
    let server = MongoServer::start();
    let archive = connect(&server.config()).await;
    let is_first = |entry: &LogRecord| matches!(&entry.entry, LogEntry::Event(event) if matches!(event.change, Change::Created { .. }));
    let (first, rest) = lives(300).into_iter().partition::<Vec<_>, _>(is_first);
    archive.apply(first).await.expect("keeps");
    archive.apply(rest).await.expect("keeps");
    let completed = JobQuery {
        statuses: vec![JobStatus::Completed],
        limit: 1_000,
        ..JobQuery::default()
    };
    let page = archive.jobs(completed).await.expect("reads");
    assert_eq!(page.jobs.len(), 300);
}

#[tokio::test]
async fn connecting_again_changes_nothing() {
    let (server, past) = (MongoServer::start(), Past::busy().await);
    let config = server.config();
    let archive = connect(&config).await;
    follow(&past, &archive).await;
    let digest = archive.digest().await.expect("reads");
    let other = MongoConfig {
        keep: None,
        ..config
    };
    let archive = connect(&other).await;
    assert_eq!(archive.digest().await.expect("reads"), digest);
}

#[tokio::test]
async fn the_password_of_an_archive_is_never_shown() {
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
        let error = refused.err().expect("does not connect").to_string();
        assert!(!error.contains("wr0ng"), "{error}");
    }
}
