use std::time::Duration;

use futures_util::future::join_all;
use odd_core::ports::{LogRecord, Views};
use odd_views_cluster::ClusterViews;
use rand::{RngExt, SeedableRng, rngs::StdRng};

use crate::fault_proxy::FaultProxy;
use crate::history::History;
use crate::servers::RedisServer;

/// Applies all entries in chunks that overlap at random.
async fn apply_in_chunks(views: &ClusterViews, entries: &[LogRecord], seed: u64) {
    let mut random = StdRng::seed_from_u64(seed);
    let mut applied = 0;
    while applied < entries.len() {
        let start = applied.saturating_sub(random.random_range(0..30));
        let end = entries.len().min(applied + random.random_range(1..60));
        let chunk = entries[start..end].to_vec();
        while let Err(error) = views.apply(chunk.clone()).await {
            assert!(error.is_transient(), "{error}");
        }
        applied = end;
    }
}

#[tokio::test]
async fn the_digest_equals_that_of_embedded_views() {
    let (server, history) = (RedisServer::start(), History::busy().await);
    let views = ClusterViews::connect(&server.config()).await;
    let views = views.expect("connects");
    apply_in_chunks(&views, &history.entries(), 1).await;
    history.check(&views).await;
    history.prune().await;
    history.follow(&views).await;
    history.check(&views).await;
    history.continue_work().await;
    history.follow(&views).await;
    history.check(&views).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn concurrent_appliers_fold_each_entry_in_once() {
    let (server, history) = (RedisServer::start(), History::busy().await);
    history.prune().await;
    let entries = history.entries();
    for round in 0..5 {
        let config = server.config();
        let appliers = (0..3).map(|n| {
            let (config, entries) = (&config, &entries);
            async move {
                let views = ClusterViews::connect(config).await.expect("connects");
                apply_in_chunks(&views, entries, round * 10 + n).await;
                views
            }
        });
        let appliers = join_all(appliers).await;
        history.check(&appliers[0]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lost_answers_are_harmless() {
    let (server, history) = (RedisServer::start(), History::busy().await);
    let proxy = FaultProxy::to(server.address()).await;
    let config = proxy.config(&server);
    let appliers = [
        ClusterViews::connect(&config).await.expect("connects"),
        ClusterViews::connect(&config).await.expect("connects"),
    ];
    let entries = history.entries();
    let dropping = async {
        loop {
            proxy.drop_next_answer();
            tokio::time::sleep(Duration::from_millis(7)).await;
        }
    };
    let applying = join_all(
        (2..)
            .zip(&appliers)
            .map(|(n, views)| apply_in_chunks(views, &entries, n)),
    );
    tokio::select! {
        _ = applying => {}
        () = dropping => {}
    }
    assert!(
        proxy.dropped() > 1,
        "{} answers were dropped",
        proxy.dropped()
    );
    proxy.stop_dropping();
    history.follow(&appliers[0]).await;
    history.check(&appliers[0]).await;
}

#[tokio::test]
async fn a_call_times_out_when_the_server_does_not_answer() {
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
async fn a_silently_broken_connection_is_replaced() {
    let server = RedisServer::start();
    let proxy = FaultProxy::to(server.address()).await;
    let config = odd_views_cluster::RedisConfig {
        time_limit: Duration::from_millis(500),
        ..proxy.config(&server)
    };
    let views = ClusterViews::connect(&config).await.expect("connects");
    proxy.freeze_connections();
    let error = views.position().await.expect_err("no answer");
    assert!(error.is_transient(), "{error}");
    views.position().await.expect("reads");
}
