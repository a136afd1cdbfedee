use std::time::Duration;

use futures_util::future::join_all;
use odd_core::ports::{LogRecord, Views};
use odd_views_cluster::ClusterViews;
use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::past::Past;
use crate::proxy::Proxy;
use crate::servers::RedisServer;

/// Hands in all entries in chunks that overlap at random.
async fn hand_in(views: &ClusterViews, entries: &[LogRecord], seed: u64) {
    let mut random = StdRng::seed_from_u64(seed);
    let mut handed = 0;
    while handed < entries.len() {
        let start = handed.saturating_sub(random.random_range(0..30));
        let end = entries.len().min(handed + random.random_range(1..60));
        let chunk = entries[start..end].to_vec();
        while let Err(error) = views.apply(chunk.clone()).await {
            assert!(error.is_transient(), "{error}");
        }
        handed = end;
    }
}

#[tokio::test]
async fn the_digest_is_that_of_embedded_views() {
    let (server, past) = (RedisServer::start(), Past::busy().await);
    let views = ClusterViews::connect(&server.config()).await;
    let views = views.expect("connects");
    hand_in(&views, &past.entries(), 1).await;
    past.check(&views).await;
    past.prune().await;
    past.follow(&views).await;
    past.check(&views).await;
    past.go_on().await;
    past.follow(&views).await;
    past.check(&views).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_appliers_fold_each_entry_in_once() {
    let (server, past) = (RedisServer::start(), Past::busy().await);
    past.prune().await;
    let entries = past.entries();
    for round in 0..5 {
        let config = server.config();
        let appliers = (0..3).map(|n| {
            let (config, entries) = (&config, &entries);
            async move {
                let views = ClusterViews::connect(config).await.expect("connects");
                hand_in(&views, entries, round * 10 + n).await;
                views
            }
        });
        let appliers = join_all(appliers).await;
        past.check(&appliers[0]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_answers_do_no_harm() {
    let (server, past) = (RedisServer::start(), Past::busy().await);
    let proxy = Proxy::to(server.address()).await;
    let config = proxy.config(&server);
    let appliers = [
        ClusterViews::connect(&config).await.expect("connects"),
        ClusterViews::connect(&config).await.expect("connects"),
    ];
    let entries = past.entries();
    let losing = async {
        loop {
            proxy.lose_next_answer();
            tokio::time::sleep(Duration::from_millis(7)).await;
        }
    };
    let applying = join_all(
        (2..)
            .zip(&appliers)
            .map(|(n, views)| hand_in(views, &entries, n)),
    );
    tokio::select! {
        _ = applying => {}
        () = losing => {}
    }
    assert!(proxy.lost() > 1, "{} answers were lost", proxy.lost());
    proxy.lose_no_more();
    past.follow(&appliers[0]).await;
    past.check(&appliers[0]).await;
}

#[tokio::test]
async fn a_server_that_does_not_answer_is_not_waited_for() {
    let server = RedisServer::start();
    let config = odd_views_cluster::RedisConfig {
        time_limit: Duration::from_millis(300),
        ..server.config()
    };
    let views = ClusterViews::connect(&config).await.expect("connects");
    server.command::<()>(&[b"CLIENT", b"PAUSE", b"1000", b"ALL"]);
    let error = views.position().await.expect_err("it is paused");
    assert!(error.is_transient(), "{error}");
}

#[tokio::test]
async fn a_connection_that_broke_without_a_word_is_replaced() {
    let server = RedisServer::start();
    let proxy = Proxy::to(server.address()).await;
    let config = odd_views_cluster::RedisConfig {
        time_limit: Duration::from_millis(500),
        ..proxy.config(&server)
    };
    let views = ClusterViews::connect(&config).await.expect("connects");
    proxy.freeze_connections();
    let error = views.position().await.expect_err("nobody hears it");
    assert!(error.is_transient(), "{error}");
    views.position().await.expect("reads");
}
