use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use async_trait::async_trait;
use odd_contracts::JobId;
use odd_core::ports::{EventLog, EventQuery, LogRecord, Position, StoreError, Views};
use odd_views_cluster::{ClusterViews, RedisConfig};

use crate::past::Past;
use crate::servers::RedisServer;

async fn open(config: &RedisConfig, past: &Past) -> ClusterViews {
    let views = ClusterViews::open_over(config, past.f.log.clone()).await;
    views.expect("opens")
}

/// The keys that views have.
fn keys(server: &RedisServer, config: &RedisConfig) -> Vec<String> {
    server.keys(&format!("{{{}}}*", config.prefix))
}

#[tokio::test]
async fn rebuilt_views_equal_those_that_followed_through_pruning() {
    let (server, past) = (RedisServer::start(), Past::busy().await);
    let config = server.config();
    let views = open(&config, &past).await;
    past.prune().await;
    past.go_on().await;
    past.follow(&views).await;
    let before = views.digest().await.expect("reads");
    let count = keys(&server, &config).len();
    let rebuilt = views.rebuild(&*past.f.log).await.expect("rebuilds");
    assert_eq!(rebuilt.digest, before);
    assert_eq!(rebuilt.position, past.head().await);
    past.check(&views).await;
    assert_eq!(keys(&server, &config).len(), count, "the old ones are gone");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn views_that_are_rebuilt_while_they_are_applied_miss_nothing() {
    let (server, past) = (RedisServer::start(), Past::busy().await);
    let config = server.config();
    let (views, other) = (open(&config, &past).await, open(&config, &past).await);
    let is_done = AtomicBool::new(false);
    let following = async {
        for _ in 0..4 {
            past.go_on().await;
            past.follow(&views).await;
        }
        is_done.store(true, Ordering::SeqCst);
    };
    let rebuilding = async {
        let mut rebuilds = 0;
        while !is_done.load(Ordering::SeqCst) {
            other.rebuild(&*past.f.log).await.expect("rebuilds");
            rebuilds += 1;
        }
        rebuilds
    };
    let ((), rebuilds) = tokio::join!(following, rebuilding);
    assert!(rebuilds > 1, "{rebuilds} rebuilds");
    past.follow(&views).await;
    past.check(&views).await;
    let rebuilt = other.rebuild(&*past.f.log).await.expect("rebuilds");
    assert_eq!(rebuilt.digest, views.digest().await.expect("reads"));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rebuilds_take_turns() {
    let (server, past) = (RedisServer::start(), Past::busy().await);
    let config = server.config();
    let views = open(&config, &past).await;
    let rebuilds = (0..3).map(|_| views.rebuild(&*past.f.log));
    let digests = futures_util::future::join_all(rebuilds).await;
    for digest in digests {
        let expected = views.digest().await.expect("reads");
        assert_eq!(digest.expect("rebuilds").digest, expected);
    }
    let generations = format!("{{{}}}generations", config.prefix);
    let generations: Vec<String> = server.command(&[b"SMEMBERS", generations.as_bytes()]);
    assert_eq!(generations.len(), 1);
}

#[tokio::test]
async fn lost_views_of_a_pruned_log_come_back_as_they_were() {
    let (server, past) = (RedisServer::start(), Past::busy().await);
    past.prune().await;
    let config = server.config();
    let views = open(&config, &past).await;
    past.check(&views).await;
    // Views that are there are left as they are.
    past.f.submit(r#"{"type":"work"}"#).await;
    let views = open(&config, &past).await;
    assert!(views.position().await.expect("reads") < past.head().await);
}

#[tokio::test]
async fn views_that_are_ahead_of_a_restored_log_are_made_anew() {
    let (server, past) = (RedisServer::start(), Past::busy().await);
    let config = server.config();
    let earlier = Past::busy().await;
    past.go_on().await;
    let views = open(&config, &past).await;
    assert!(views.position().await.expect("reads") > earlier.head().await);
    let views = open(&config, &earlier).await;
    earlier.check(&views).await;
    let empty = Past::empty();
    let views = open(&config, &empty).await;
    assert_eq!(views.position().await.expect("reads"), Position(0));
    assert!(views.snapshot().await.expect("reads").counts.is_empty());
}

/// Breaks off in the middle of a replay.
struct BreaksOff(Arc<dyn EventLog>);

#[async_trait]
impl EventLog for BreaksOff {
    async fn head(&self) -> Result<Position, StoreError> {
        self.0.head().await
    }

    async fn read_after(
        &self,
        after: Position,
        limit: usize,
    ) -> Result<Vec<LogRecord>, StoreError> {
        self.0.read_after(after, limit).await
    }

    async fn replay(
        &self,
        mut each: Box<dyn FnMut(Vec<LogRecord>) + Send>,
    ) -> Result<Position, StoreError> {
        each(self.0.read_after(Position(0), 10).await?);
        Err(StoreError::Unavailable("as the test wants it".into()))
    }

    async fn query(
        &self,
        query: EventQuery,
    ) -> Result<(Vec<LogRecord>, Option<Position>), StoreError> {
        self.0.query(query).await
    }

    async fn job_history(&self, job: JobId, limit: usize) -> Result<Vec<LogRecord>, StoreError> {
        self.0.job_history(job, limit).await
    }
}

#[tokio::test]
async fn a_rebuild_that_fails_leaves_the_views_as_they_were() {
    let (server, past) = (RedisServer::start(), Past::busy().await);
    let config = server.config();
    let views = open(&config, &past).await;
    let before = keys(&server, &config);
    let broken = BreaksOff(past.f.log.clone());
    let failure = views.rebuild(&broken).await.expect_err("breaks off");
    assert!(failure.is_transient());
    past.check(&views).await;
    let after = keys(&server, &config);
    assert_eq!(after, before);
    views.rebuild(&*past.f.log).await.expect("rebuilds");
}
