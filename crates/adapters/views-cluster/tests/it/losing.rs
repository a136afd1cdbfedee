use odd_core::ports::{Position, Views};
use odd_views_cluster::ClusterViews;

use crate::past::Past;
use crate::servers::RedisServer;

async fn open(server: &RedisServer, past: &Past) -> ClusterViews {
    let views = ClusterViews::open_over(&server.config(), past.f.log.clone()).await;
    views.expect("opens")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn views_that_are_flushed_while_they_are_applied_come_back() {
    let (server, past) = (RedisServer::start(), Past::busy().await);
    past.prune().await;
    let views = open(&server, &past).await;
    for _ in 0..3 {
        past.go_on().await;
        let flushing = async {
            for _ in 0..10 {
                server.flush();
                tokio::task::yield_now().await;
            }
        };
        tokio::join!(past.follow(&views), flushing);
        past.follow(&views).await;
        past.check(&views).await;
    }
}

#[tokio::test]
async fn entries_that_come_after_a_loss_are_not_built_on_it() {
    let (server, past) = (RedisServer::start(), Past::busy().await);
    past.prune().await;
    let views = open(&server, &past).await;
    past.go_on().await;
    let position = views.position().await.expect("reads");
    let new = past.f.log.read_after(position, 1_000_000).await;
    let new = new.expect("reads");
    let (first, rest) = new.split_at(new.len() / 2);
    views.apply(first.to_vec()).await.expect("folds");
    server.flush();
    views.apply(rest.to_vec()).await.expect("mends, then folds");
    past.check(&views).await;
}

#[tokio::test]
async fn a_loss_is_noticed_by_those_who_read() {
    let (server, past) = (RedisServer::start(), Past::busy().await);
    let views = open(&server, &past).await;
    server.flush();
    let error = views.snapshot().await.expect_err("they are gone");
    assert!(error.is_transient(), "{error}");
    past.follow(&views).await;
    past.check(&views).await;
}

#[tokio::test]
async fn views_without_a_log_refuse_to_build_on_a_loss() {
    let (server, past) = (RedisServer::start(), Past::busy().await);
    let views = ClusterViews::connect(&server.config()).await;
    let views = views.expect("connects");
    let entries = past.entries();
    let (first, rest) = entries.split_at(100);
    views.apply(first.to_vec()).await.expect("folds");
    server.flush();
    for _ in 0..2 {
        let error = views.apply(rest.to_vec()).await.expect_err("a hole");
        assert!(error.is_transient(), "{error}");
        assert!(views.position().await.is_err());
        assert!(views.snapshot().await.is_err());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn views_of_a_server_that_died_come_back() {
    let (server, past) = (RedisServer::start(), Past::busy().await);
    let views = open(&server, &past).await;
    past.go_on().await;
    let dying = async {
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
    tokio::join!(past.follow(&views), dying);
    past.follow(&views).await;
    past.check(&views).await;
}

#[tokio::test]
async fn views_of_a_server_that_went_back_catch_up() {
    let (server, past) = (RedisServer::start(), Past::busy().await);
    let config = server.config();
    let views = ClusterViews::open_over(&config, past.f.log.clone()).await;
    let views = views.expect("opens");
    let saved = server.save();
    let position = views.position().await.expect("reads");
    past.go_on().await;
    past.follow(&views).await;
    let key = format!("{{{}}}current", config.prefix);
    let generation: String = server.command(&[b"GET", key.as_bytes()]);
    server.go_back(&saved);
    past.f.submit(r#"{"type":"work"}"#).await;
    let newest = past.f.log.read_after(Position(past.head().await.0 - 1), 10);
    let newest = newest.await.expect("reads");
    while let Err(error) = views.apply(newest.clone()).await {
        assert!(error.is_transient(), "{error}");
    }
    assert!(position < past.head().await);
    past.check(&views).await;
    let caught_up: String = server.command(&[b"GET", key.as_bytes()]);
    assert_eq!(caught_up, generation, "nothing had to be made anew");
}

#[tokio::test]
async fn views_that_lack_what_is_no_longer_kept_are_made_anew() {
    let (server, past) = (RedisServer::start(), Past::busy().await);
    let views = open(&server, &past).await;
    past.go_on().await;
    past.go_on().await;
    past.prune().await;
    past.follow(&views).await;
    past.check(&views).await;
    past.go_on().await;
    past.prune().await;
    let late = open(&server, &past).await;
    past.follow(&late).await;
    past.check(&late).await;
}

#[tokio::test]
async fn no_views_are_not_taken_for_no_jobs() {
    let (server, past) = (RedisServer::start(), Past::busy().await);
    let config = server.config();
    let reading = ClusterViews::of_others(&config).await;
    let reading = reading.expect("connects");
    let error = reading.snapshot().await.expect_err("there are none yet");
    assert!(error.is_transient(), "{error}");
    assert_eq!(reading.position().await.expect("answers"), Position(0));
    let views = ClusterViews::open_over(&config, past.f.log.clone()).await;
    let views = views.expect("opens");
    past.check(&reading).await;
    let again = ClusterViews::of_others(&config).await;
    server.flush();
    assert!(again.expect("connects").snapshot().await.is_err());
    past.follow(&views).await;
    past.check(&reading).await;
}

#[tokio::test]
async fn views_with_an_evicted_part_are_made_anew() {
    let (server, past) = (RedisServer::start(), Past::busy().await);
    for part in ["counts", "index", "bucket:*"] {
        let config = server.config();
        let views = ClusterViews::open_over(&config, past.f.log.clone()).await;
        let views = views.expect("opens");
        let pattern = format!("{{{}}}*:{part}", config.prefix);
        let evicted = server.keys(&pattern).pop();
        let evicted = evicted.expect("there is such a part");
        server.delete(&evicted);
        // An event in the newest bucket, which is the one that is gone.
        let entries = past.entries();
        let again = entries.last().expect("not empty").clone();
        let next = odd_core::ports::LogRecord {
            position: Position(again.position.0 + 1),
            entry: again.entry,
        };
        views.apply(vec![next]).await.expect("mends, then folds");
        let mended = server.keys(&pattern);
        assert!(!mended.is_empty() && !mended.contains(&evicted), "{part}");
    }
}

#[tokio::test]
async fn those_who_read_have_an_evicted_part_made_anew() {
    let (server, past) = (RedisServer::start(), Past::busy().await);
    let config = server.config();
    let views = ClusterViews::open_over(&config, past.f.log.clone()).await;
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
    assert!(failures > 0, "it was noticed");
    past.check(&views).await;
}
