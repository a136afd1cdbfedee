use std::sync::{Arc, Mutex};
use std::time::Duration;

use odd_core::ports::{Clock, LogRecord, Position, Views};
use odd_testkit::conformance::StoreFixture;
use odd_testkit::conformance::views::busy_days;
use odd_testkit::{ManualClock, sqlite_store_with};

/// A store with a log, and embedded views that follow it from the start.
pub(crate) struct History {
    pub(crate) f: StoreFixture,
    live: Arc<dyn Views>,
    recorded: Mutex<Vec<LogRecord>>,
}

impl History {
    /// Creates a history without entries.
    pub(crate) fn empty() -> Self {
        let clock = Arc::new(ManualClock::default());
        let store = sqlite_store_with(clock.clone());
        let live = store.views.clone();
        Self {
            f: StoreFixture::of(store, clock),
            live,
            recorded: Mutex::default(),
        }
    }

    /// Creates a history of two days with many jobs.
    pub(crate) async fn busy() -> Self {
        let history = Self::empty();
        history.continue_work().await;
        history
    }

    /// Adds two days with many jobs.
    pub(crate) async fn continue_work(&self) {
        busy_days(&self.f).await;
        self.record().await;
    }

    /// Prunes jobs that finished more than a day and a half ago.
    pub(crate) async fn prune(&self) {
        let before = self.f.clock.now().minus_millis(36 * 3_600_000);
        let mut pruned = 0;
        for _ in 0..30 {
            pruned += self.f.store.prune(before, 50).await.expect("prunes");
        }
        assert!(pruned > 10, "the first day is gone: {pruned}");
        self.record().await;
    }

    /// Records new entries of the log and applies them to the embedded views.
    pub(crate) async fn record(&self) {
        let position = self.live.position().await.expect("reads");
        let new = self.f.log.read_after(position, 1_000_000).await;
        let new = new.expect("reads");
        self.recorded
            .lock()
            .expect("not poisoned")
            .extend(new.clone());
        self.live.apply(new).await.expect("folds");
    }

    pub(crate) async fn head(&self) -> Position {
        self.f.log.head().await.expect("reads")
    }

    /// Returns all recorded entries, including those that were pruned since.
    pub(crate) fn entries(&self) -> Vec<LogRecord> {
        self.recorded.lock().expect("not poisoned").clone()
    }

    /// Applies new entries like a metrics-engine, until none is left. Retries after transient errors.
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

    /// Checks that the views equal the embedded ones.
    pub(crate) async fn check(&self, views: &dyn Views) {
        self.record().await;
        let expected = self.live.digest().await.expect("reads");
        assert_eq!(views.digest().await.expect("reads"), expected);
        assert_eq!(views.position().await.expect("reads"), self.head().await);
    }
}
