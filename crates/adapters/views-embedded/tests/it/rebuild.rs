use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use odd_core::ports::{Clock, Position, Views};
use odd_testkit::conformance::StoreFixture;
use odd_testkit::conformance::views::busy_days;
use odd_testkit::{InterruptedReplay, ManualClock, sqlite_store_with};
use odd_views_embedded::{EmbeddedViews, open_over, rebuild};

/// A store with two days of events, and views that followed its log.
struct Observatory {
    f: StoreFixture,
    path: PathBuf,
    live: EmbeddedViews,
}

impl Observatory {
    async fn busy() -> Self {
        let clock = Arc::new(ManualClock::default());
        let store = sqlite_store_with(clock.clone());
        let path = store.directory.path().join("other-views.db");
        let f = StoreFixture {
            work: store.store.clone(),
            store: store.store,
            reader: store.reader,
            log: store.log,
            statistics: store.statistics,
            clock,
            keep: Box::new(store.directory),
        };
        busy_days(&f).await;
        let live = EmbeddedViews::open(&path.with_file_name("live.db")).expect("opens");
        let observatory = Self { f, path, live };
        observatory.follow().await;
        observatory
    }

    /// Folds new entries, like a metrics-engine.
    async fn follow(&self) {
        loop {
            let position = self.live.position().await.expect("reads");
            let entries = self.f.log.read_after(position, 64).await.expect("reads");
            if entries.is_empty() {
                return;
            }
            self.live.apply(entries).await.expect("folds");
        }
    }

    /// Prunes jobs that finished at least `age` ago. Returns how many.
    async fn prune(&self, age: Duration) -> usize {
        let age_ms = u64::try_from(age.as_millis()).expect("small");
        let before = self.f.clock.now().minus_millis(age_ms);
        let mut sum = 0;
        for _ in 0..30 {
            sum += self.f.store.prune(before, 50).await.expect("prunes");
        }
        self.follow().await;
        sum
    }

    /// Rebuilds the views and compares them with those that followed the log.
    async fn check(&self) {
        let digest = rebuild(&self.path, &*self.f.log).await.expect("rebuilds");
        assert_eq!(digest, self.live.digest().await.expect("reads"));
        let rebuilt = EmbeddedViews::open(&self.path).expect("opens");
        assert_eq!(rebuilt.digest().await.expect("reads"), digest);
        let (rebuilt, live) = (rebuilt.snapshot().await, self.live.snapshot().await);
        assert_eq!(rebuilt.expect("reads"), live.expect("reads"));
    }
}

#[tokio::test]
async fn rebuilt_views_equal_those_that_followed() {
    Observatory::busy().await.check().await;
}

#[tokio::test]
async fn rebuilt_views_equal_those_that_followed_through_pruning() {
    let observatory = Observatory::busy().await;
    let pruned = observatory.prune(Duration::from_secs(36 * 3_600)).await;
    assert!(pruned > 10, "the first day is gone: {pruned}");
    observatory.check().await;
    busy_days(&observatory.f).await;
    observatory.follow().await;
    observatory.check().await;
}

#[tokio::test]
async fn rebuilt_views_equal_those_that_followed_when_little_is_left() {
    let observatory = Observatory::busy().await;
    observatory.f.advance_ms(10 * 24 * 3_600 * 1_000);
    let pruned = observatory.prune(Duration::from_secs(7 * 24 * 3_600)).await;
    assert!(pruned > 20, "both days are gone: {pruned}");
    observatory.check().await;
}

#[tokio::test]
async fn rebuilt_views_equal_those_that_followed_after_pruning_within_the_bucket_retention() {
    let observatory = Observatory::busy().await;
    observatory.f.submit(r#"{"type":"work"}"#).await;
    observatory.f.claim(1).await;
    observatory.follow().await;
    assert!(observatory.prune(Duration::from_secs(600)).await > 20);
    observatory.check().await;
}

#[tokio::test]
async fn rebuilt_views_continue_from_the_head_of_the_log() {
    let observatory = Observatory::busy().await;
    rebuild(&observatory.path, &*observatory.f.log)
        .await
        .expect("rebuilds");
    let rebuilt = EmbeddedViews::open(&observatory.path).expect("opens");
    let head = observatory.f.log.head().await.expect("reads");
    assert_eq!(rebuilt.position().await.expect("reads"), head);
    busy_days(&observatory.f).await;
    observatory.follow().await;
    let entries = observatory
        .f
        .log
        .read_after(head, 100_000)
        .await
        .expect("reads");
    rebuilt.apply(entries).await.expect("folds");
    let digests = (rebuilt.digest().await, observatory.live.digest().await);
    assert_eq!(digests.0.expect("reads"), digests.1.expect("reads"));
}

#[tokio::test]
async fn deleted_views_of_a_pruned_log_are_rebuilt() {
    let observatory = Observatory::busy().await;
    observatory.prune(Duration::from_secs(36 * 3_600)).await;
    let views = open_over(&observatory.path, &*observatory.f.log)
        .await
        .expect("opens");
    let (back, live) = (views.snapshot().await, observatory.live.snapshot().await);
    assert_eq!(back.expect("reads"), live.expect("reads"));
    // Existing views are opened unchanged.
    drop(views);
    observatory.f.submit(r#"{"type":"work"}"#).await;
    let views = open_over(&observatory.path, &*observatory.f.log)
        .await
        .expect("opens");
    let position = views.position().await.expect("reads");
    assert!(position < observatory.f.log.head().await.expect("reads"));
}

#[tokio::test]
async fn views_that_are_ahead_of_a_restored_log_are_rebuilt() {
    let observatory = Observatory::busy().await;
    let views = EmbeddedViews::open(&observatory.path).expect("opens");
    let head = observatory.f.log.head().await.expect("reads");
    let ahead = observatory.f.log.read_after(Position(0), 100_000).await;
    let mut ahead = ahead.expect("reads");
    ahead.last_mut().expect("a past").position = Position(head.0 + 1);
    views.apply(ahead.split_off(3)).await.expect("folds");
    drop(views);
    let views = open_over(&observatory.path, &*observatory.f.log)
        .await
        .expect("opens");
    let (back, live) = (views.snapshot().await, observatory.live.snapshot().await);
    assert_eq!(back.expect("reads"), live.expect("reads"));
}

#[tokio::test]
async fn views_of_an_emptied_log_are_emptied() {
    let observatory = Observatory::busy().await;
    rebuild(&observatory.path, &*observatory.f.log)
        .await
        .expect("rebuilds");
    let empty = sqlite_store_with(observatory.f.clock.clone());
    let views = open_over(&observatory.path, &*empty.log)
        .await
        .expect("opens");
    assert_eq!(views.position().await.expect("reads"), Position(0));
    assert!(views.snapshot().await.expect("reads").counts.is_empty());
}

#[tokio::test]
async fn damaged_file_is_replaced() {
    let observatory = Observatory::busy().await;
    std::fs::write(&observatory.path, "neither a database nor empty").expect("writes");
    assert!(EmbeddedViews::open(&observatory.path).is_err());
    observatory.check().await;
}

#[tokio::test]
async fn failed_rebuild_leaves_the_views_unchanged() {
    let observatory = Observatory::busy().await;
    let digest = rebuild(&observatory.path, &*observatory.f.log)
        .await
        .expect("rebuilds");
    let interrupted = InterruptedReplay(observatory.f.log.clone());
    let failure = rebuild(&observatory.path, &interrupted)
        .await
        .expect_err("the replay fails");
    assert!(failure.is_transient());
    let views = EmbeddedViews::open(&observatory.path).expect("opens");
    assert_eq!(views.digest().await.expect("reads"), digest);
    drop(views);
    observatory.check().await;
}
