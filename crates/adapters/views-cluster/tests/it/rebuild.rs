use std::sync::atomic::{AtomicBool, Ordering};

use odd_core::ports::{Position, Views};
use odd_testkit::InterruptedReplay;
use odd_views_cluster::{ClusterViews, RedisConfig};

use crate::history::History;
use crate::servers::RedisServer;

async fn open(config: &RedisConfig, history: &History) -> ClusterViews {
    let views = ClusterViews::open_with_log(config, history.f.log.clone()).await;
    views.expect("opens")
}

/// Returns the keys of views.
fn keys(server: &RedisServer, config: &RedisConfig) -> Vec<String> {
    server.keys(&format!("{{{}}}*", config.prefix))
}

#[tokio::test]
async fn rebuilt_views_equal_views_that_followed_through_pruning() {
    let (server, history) = (RedisServer::start(), History::busy().await);
    let config = server.config();
    let views = open(&config, &history).await;
    history.prune().await;
    history.continue_work().await;
    history.follow(&views).await;
    let before = views.digest().await.expect("reads");
    let count = keys(&server, &config).len();
    let rebuilt = views.rebuild(&*history.f.log).await.expect("rebuilds");
    assert_eq!(rebuilt.digest, before);
    assert_eq!(rebuilt.position, history.head().await);
    history.check(&views).await;
    assert_eq!(
        keys(&server, &config).len(),
        count,
        "the old keys are deleted"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn views_rebuilt_while_entries_are_applied_miss_nothing() {
    let (server, history) = (RedisServer::start(), History::busy().await);
    let config = server.config();
    let (views, other) = (open(&config, &history).await, open(&config, &history).await);
    let is_done = AtomicBool::new(false);
    let following = async {
        for _ in 0..4 {
            history.continue_work().await;
            history.follow(&views).await;
        }
        is_done.store(true, Ordering::SeqCst);
    };
    let rebuilding = async {
        let mut rebuilds = 0;
        while !is_done.load(Ordering::SeqCst) {
            other.rebuild(&*history.f.log).await.expect("rebuilds");
            rebuilds += 1;
        }
        rebuilds
    };
    let ((), rebuilds) = tokio::join!(following, rebuilding);
    assert!(rebuilds > 1, "{rebuilds} rebuilds");
    history.follow(&views).await;
    history.check(&views).await;
    let rebuilt = other.rebuild(&*history.f.log).await.expect("rebuilds");
    assert_eq!(rebuilt.digest, views.digest().await.expect("reads"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_rebuilds_run_one_after_another() {
    let (server, history) = (RedisServer::start(), History::busy().await);
    let config = server.config();
    let views = open(&config, &history).await;
    let rebuilds = (0..3).map(|_| views.rebuild(&*history.f.log));
    let digests = futures_util::future::join_all(rebuilds).await;
    for digest in digests {
        let expected = views.digest().await.expect("reads");
        assert_eq!(digest.expect("rebuilds").digest, expected);
    }
    let generations = format!("{{{}}}generations.3", config.prefix);
    let generations: Vec<String> = server.command(&[b"SMEMBERS", generations.as_bytes()]);
    assert_eq!(generations.len(), 1);
}

#[tokio::test]
async fn existing_views_are_not_rebuilt_when_they_are_opened() {
    let (server, history) = (RedisServer::start(), History::busy().await);
    history.prune().await;
    let config = server.config();
    let views = open(&config, &history).await;
    history.check(&views).await;
    // Existing views are not rebuilt, even if they are behind the log.
    history.f.submit(r#"{"type":"work"}"#).await;
    let views = open(&config, &history).await;
    assert!(views.position().await.expect("reads") < history.head().await);
}

#[tokio::test]
async fn views_ahead_of_a_restored_log_are_rebuilt() {
    let (server, history) = (RedisServer::start(), History::busy().await);
    let config = server.config();
    let earlier = History::busy().await;
    history.continue_work().await;
    let views = open(&config, &history).await;
    assert!(views.position().await.expect("reads") > earlier.head().await);
    let views = open(&config, &earlier).await;
    earlier.check(&views).await;
    let empty = History::empty();
    let views = open(&config, &empty).await;
    assert_eq!(views.position().await.expect("reads"), Position(0));
    assert!(views.snapshot().await.expect("reads").counts.is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rebuild_that_completes_while_its_lock_is_extended_succeeds() {
    let (server, history) = (RedisServer::start(), History::empty());
    let views = open(&server.config(), &history).await;
    for _ in 0..500 {
        views.rebuild(&*history.f.log).await.expect("rebuilds");
    }
}

#[tokio::test]
async fn a_failed_rebuild_leaves_the_views_unchanged() {
    let (server, history) = (RedisServer::start(), History::busy().await);
    let config = server.config();
    let views = open(&config, &history).await;
    let before = keys(&server, &config);
    let interrupted = InterruptedReplay(history.f.log.clone());
    let failure = views.rebuild(&interrupted).await.expect_err("interrupted");
    assert!(failure.is_transient());
    history.check(&views).await;
    let after = keys(&server, &config);
    assert_eq!(after, before);
    views.rebuild(&*history.f.log).await.expect("rebuilds");
}
