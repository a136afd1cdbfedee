use odd_core::FailureTally;
use odd_core::ports::{LogEntry, LogRecord, Position, Views};
use odd_views_cluster::ClusterViews;

use crate::history::History;
use crate::servers::RedisServer;

async fn open(server: &RedisServer, history: &History) -> ClusterViews {
    let views = ClusterViews::open_with_log(&server.config(), history.f.log.clone()).await;
    views.expect("opens")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn views_that_are_flushed_while_they_are_applied_are_restored() {
    let (server, history) = (RedisServer::start(), History::busy().await);
    history.prune().await;
    let views = open(&server, &history).await;
    for _ in 0..3 {
        history.continue_work().await;
        let flushing = async {
            for _ in 0..10 {
                server.flush();
                tokio::task::yield_now().await;
            }
        };
        tokio::join!(history.follow(&views), flushing);
        history.follow(&views).await;
        history.check(&views).await;
    }
}

#[tokio::test]
async fn entries_after_a_loss_are_applied_to_repaired_views() {
    let (server, history) = (RedisServer::start(), History::busy().await);
    history.prune().await;
    let views = open(&server, &history).await;
    history.continue_work().await;
    let position = views.position().await.expect("reads");
    let new = history.f.log.read_after(position, 1_000_000).await;
    let new = new.expect("reads");
    let (first, rest) = new.split_at(new.len() / 2);
    views.apply(first.to_vec()).await.expect("folds");
    server.flush();
    views
        .apply(rest.to_vec())
        .await
        .expect("repairs, then folds");
    history.check(&views).await;
}

#[tokio::test]
async fn a_read_detects_lost_views() {
    let (server, history) = (RedisServer::start(), History::busy().await);
    let views = open(&server, &history).await;
    server.flush();
    let error = views.snapshot().await.expect_err("lost");
    assert!(error.is_transient(), "{error}");
    history.follow(&views).await;
    history.check(&views).await;
}

#[tokio::test]
async fn views_without_a_log_reject_entries_after_a_loss() {
    let (server, history) = (RedisServer::start(), History::busy().await);
    let views = ClusterViews::connect(&server.config()).await;
    let views = views.expect("connects");
    let entries = history.entries();
    let (first, rest) = entries.split_at(100);
    views.apply(first.to_vec()).await.expect("folds");
    server.flush();
    for _ in 0..2 {
        let error = views.apply(rest.to_vec()).await.expect_err("a gap");
        assert!(error.is_transient(), "{error}");
        assert!(views.position().await.is_err());
        assert!(views.snapshot().await.is_err());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn views_of_a_killed_server_are_restored() {
    let (server, history) = (RedisServer::start(), History::busy().await);
    let views = open(&server, &history).await;
    history.continue_work().await;
    let killing = async {
        for _ in 0..2 {
            server.kill();
            assert!(views.position().await.is_err());
            server.restart();
            views.position().await.ok();
            server.kill();
            assert!(views.position().await.is_err());
            server.restart_empty();
        }
    };
    tokio::join!(history.follow(&views), killing);
    history.follow(&views).await;
    history.check(&views).await;
}

#[tokio::test]
async fn views_restored_from_an_older_snapshot_catch_up() {
    let (server, history) = (RedisServer::start(), History::busy().await);
    let config = server.config();
    let views = ClusterViews::open_with_log(&config, history.f.log.clone()).await;
    let views = views.expect("opens");
    let saved = server.save();
    let position = views.position().await.expect("reads");
    history.continue_work().await;
    history.follow(&views).await;
    let key = format!("{{{}}}current.3", config.prefix);
    let generation: String = server.command(&[b"GET", key.as_bytes()]);
    server.restore(&saved);
    history.f.submit(r#"{"type":"work"}"#).await;
    let newest = history
        .f
        .log
        .read_after(Position(history.head().await.0 - 1), 10);
    let newest = newest.await.expect("reads");
    while let Err(error) = views.apply(newest.clone()).await {
        assert!(error.is_transient(), "{error}");
    }
    assert!(position < history.head().await);
    history.check(&views).await;
    let caught_up: String = server.command(&[b"GET", key.as_bytes()]);
    assert_eq!(caught_up, generation, "the views were not rebuilt");
}

#[tokio::test]
async fn views_that_lack_pruned_events_are_rebuilt() {
    let (server, history) = (RedisServer::start(), History::busy().await);
    let views = open(&server, &history).await;
    history.continue_work().await;
    history.continue_work().await;
    history.prune().await;
    history.follow(&views).await;
    history.check(&views).await;
    history.continue_work().await;
    history.prune().await;
    let late = open(&server, &history).await;
    history.follow(&late).await;
    history.check(&late).await;
}

#[tokio::test]
async fn missing_views_are_not_read_as_zero_jobs() {
    let (server, history) = (RedisServer::start(), History::busy().await);
    let config = server.config();
    let reader = ClusterViews::connect_read_only(&config).await;
    let reader = reader.expect("connects");
    let error = reader.snapshot().await.expect_err("there are none yet");
    assert!(error.is_transient(), "{error}");
    assert_eq!(reader.position().await.expect("answers"), Position(0));
    let views = ClusterViews::open_with_log(&config, history.f.log.clone()).await;
    let views = views.expect("opens");
    history.check(&reader).await;
    let second_reader = ClusterViews::connect_read_only(&config).await;
    server.flush();
    assert!(second_reader.expect("connects").snapshot().await.is_err());
    history.follow(&views).await;
    history.check(&reader).await;
}

fn latest_failure(entries: &[LogRecord]) -> LogEntry {
    let is_failure = |entry: &&LogEntry| match entry {
        LogEntry::Event(event) => FailureTally::of(event).is_some(),
        LogEntry::Pruned { .. } => false,
    };
    let mut newest_first = entries.iter().rev().map(|record| &record.entry);
    newest_first.find(is_failure).expect("a job failed").clone()
}

#[tokio::test]
async fn views_with_an_evicted_key_are_rebuilt() {
    let (server, history) = (RedisServer::start(), History::busy().await);
    for part in ["counts", "index", "bucket:*", "slices", "slice:*"] {
        let config = server.config();
        let views = ClusterViews::open_with_log(&config, history.f.log.clone()).await;
        let views = views.expect("opens");
        let pattern = format!("{{{}}}*:{part}", config.prefix);
        let evicted = server.keys(&pattern);
        assert!(!evicted.is_empty(), "{part}");
        evicted.iter().for_each(|key| server.delete(key));
        // Another failure, for a bucket and a slice that exist.
        let entries = history.entries();
        let last = entries.last().expect("not empty").position;
        let next = LogRecord {
            position: Position(last.0 + 1),
            entry: latest_failure(&entries),
        };
        views.apply(vec![next]).await.expect("repairs, then folds");
        let rebuilt = server.keys(&pattern);
        let is_new = rebuilt.iter().all(|key| !evicted.contains(key));
        assert!(!rebuilt.is_empty() && is_new, "{part}");
    }
}

#[tokio::test]
async fn a_read_that_finds_an_evicted_slice_of_failures_starts_a_rebuild() {
    let (server, history) = (RedisServer::start(), History::busy().await);
    for part in ["slices", "slice:*"] {
        let config = server.config();
        let views = ClusterViews::open_with_log(&config, history.f.log.clone()).await;
        let views = views.expect("opens");
        let pattern = format!("{{{}}}*:{part}", config.prefix);
        server.delete(&server.keys(&pattern)[0]);
        let error = views.failures().await.expect_err("they are damaged");
        assert!(error.is_transient(), "{error}");
        history.follow(&views).await;
        let deadline = tokio::time::Instant::now() + odd_testkit::PATIENCE;
        while views.failures().await.is_err() {
            assert!(tokio::time::Instant::now() < deadline, "{part}");
            tokio::time::sleep(std::time::Duration::from_millis(20)).await;
        }
        history.check(&views).await;
    }
}

#[tokio::test]
async fn a_read_that_finds_an_evicted_key_starts_a_rebuild() {
    let (server, history) = (RedisServer::start(), History::busy().await);
    let config = server.config();
    let views = ClusterViews::open_with_log(&config, history.f.log.clone()).await;
    let views = views.expect("opens");
    let pattern = format!("{{{}}}*:bucket:*", config.prefix);
    server.delete(&server.keys(&pattern)[0]);
    let deadline = tokio::time::Instant::now() + odd_testkit::PATIENCE;
    let mut failures = 0;
    while let Err(error) = views.digest().await {
        failures += 1;
        assert!(error.is_transient(), "{error}");
        assert!(tokio::time::Instant::now() < deadline, "{error}");
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    assert!(failures > 0, "the loss was detected");
    history.check(&views).await;
}
