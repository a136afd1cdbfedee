use std::sync::{Arc, Mutex};
use std::time::Duration;

use odd_core::ports::{Clock, LogRecord, Position, Views};
use odd_testkit::conformance::StoreFixture;
use odd_testkit::conformance::views::busy_days;
use odd_testkit::{ManualClock, sqlite_store_with};

/// A store with a log, followed by embedded views from its beginning.
pub(crate) struct Past {
    pub(crate) f: StoreFixture,
    live: Arc<dyn Views>,
    told: Mutex<Vec<LogRecord>>,
}

impl Past {
    /// One that recorded nothing yet.
    pub(crate) fn empty() -> Self {
        let clock = Arc::new(ManualClock::default());
        let fresh = sqlite_store_with(clock.clone());
        let live = fresh.views.clone();
        Self {
            f: StoreFixture::of(fresh, clock),
            live,
            told: Mutex::default(),
        }
    }

    /// One that recorded two busy days.
    pub(crate) async fn busy() -> Self {
        let past = Self::empty();
        past.go_on().await;
        past
    }

    /// Two more busy days.
    pub(crate) async fn go_on(&self) {
        busy_days(&self.f).await;
        self.listen().await;
    }

    /// Removes what finished before the last day and a half.
    pub(crate) async fn prune(&self) {
        let before = self.f.clock.now().minus_millis(36 * 3_600_000);
        let mut pruned = 0;
        for _ in 0..30 {
            pruned += self.f.store.prune(before, 50).await.expect("prunes");
        }
        assert!(pruned > 10, "the first day is gone: {pruned}");
        self.listen().await;
    }

    /// Has the embedded views follow.
    pub(crate) async fn listen(&self) {
        let position = self.live.position().await.expect("reads");
        let new = self.f.log.read_after(position, 1_000_000).await;
        let new = new.expect("reads");
        self.told.lock().expect("not poisoned").extend(new.clone());
        self.live.apply(new).await.expect("folds");
    }

    pub(crate) async fn head(&self) -> Position {
        self.f.log.head().await.expect("reads")
    }

    /// All entries as they were told at the time: pruning has removed some since.
    pub(crate) fn entries(&self) -> Vec<LogRecord> {
        self.told.lock().expect("not poisoned").clone()
    }

    /// Folds in what is new, as a metrics-engine does, until nothing is left; does not mind failures.
    pub(crate) async fn follow(&self, views: &dyn Views) {
        let deadline = tokio::time::Instant::now() + odd_testkit::PATIENCE;
        loop {
            match self.step(views).await {
                Ok(true) => return,
                Ok(false) => {}
                Err(error) => {
                    assert!(error.is_transient(), "{error}");
                    assert!(tokio::time::Instant::now() < deadline, "{error}");
                    tokio::time::sleep(Duration::from_millis(20)).await;
                }
            }
        }
    }

    async fn step(&self, views: &dyn Views) -> Result<bool, odd_core::ports::StoreError> {
        let position = views.position().await?;
        let entries = self.f.log.read_after(position, 64).await?;
        let is_done = entries.is_empty();
        views.apply(entries).await?;
        Ok(is_done)
    }

    /// The views say what embedded ones say.
    pub(crate) async fn check(&self, views: &dyn Views) {
        self.listen().await;
        let expected = self.live.digest().await.expect("reads");
        assert_eq!(views.digest().await.expect("reads"), expected);
        assert_eq!(views.position().await.expect("reads"), self.head().await);
    }
}
