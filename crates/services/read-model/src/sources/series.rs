use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use odd_contracts::{JobType, TimeseriesWindow, Timestamp};
use odd_core::ports::{StoreError, ViewSnapshot, Views};
use odd_core::{Bucket, Clock};
use tokio::sync::{Mutex, OnceCell};
use tokio::time::Instant;

use crate::figures;
use crate::freshness::Freshness;

/// Largest number of cached combinations of window and type.
const MAX_CACHED: usize = 64;

type Key = (TimeseriesWindow, Option<JobType>);

/// The steps of time series, cached for a short time: an interface shows many metrics of the same steps, and a day has
/// thousands of buckets. One window is computed at a time, which also limits the load.
pub(crate) struct SeriesSource {
    views: Arc<dyn Views>,
    freshness: Freshness,
    clock: Arc<dyn Clock>,
    cached: Mutex<HashMap<Key, (Instant, Arc<Steps>)>>,
}

/// The steps of one window, oldest first, for one job type or all.
pub(crate) struct Steps {
    /// The totals of each step; the start of the key is that of the step.
    pub(crate) totals: Vec<Bucket>,
    /// The totals include at least this much.
    snapshot: ViewSnapshot,
    as_of: OnceCell<Timestamp>,
}

impl SeriesSource {
    /// Creates a source that reads `views`.
    pub(crate) fn new(views: Arc<dyn Views>, freshness: Freshness, clock: Arc<dyn Clock>) -> Self {
        Self {
            views,
            freshness,
            clock,
            cached: Mutex::default(),
        }
    }

    /// Returns the steps of `window`, cached for up to a sixtieth of a step, and their `asOf`.
    pub(crate) async fn steps(
        &self,
        window: TimeseriesWindow,
        job_type: Option<JobType>,
    ) -> Result<(Arc<Steps>, Timestamp), StoreError> {
        let steps = self.cached((window, job_type)).await?;
        // Measured after the lock is released: a slow log must not delay other windows.
        let measuring = || self.freshness.as_of(&steps.snapshot);
        let as_of = *steps.as_of.get_or_init(measuring).await;
        Ok((steps, as_of))
    }

    async fn cached(&self, key: Key) -> Result<Arc<Steps>, StoreError> {
        let mut cached = self.cached.lock().await;
        cached.retain(|_, (expires_at, _)| Instant::now() < *expires_at);
        if let Some((_, steps)) = cached.get(&key) {
            return Ok(Arc::clone(steps));
        }
        let steps = Arc::new(self.fold(&key).await?);
        if cached.len() < MAX_CACHED {
            let lifetime = Duration::from_secs(key.0.step_seconds().into()) / 60;
            cached.insert(key, (Instant::now() + lifetime, Arc::clone(&steps)));
        }
        Ok(steps)
    }

    async fn fold(&self, (window, job_type): &Key) -> Result<Steps, StoreError> {
        let now = self.clock.now();
        let range = figures::series_range(*window, now);
        // Read first, so that the buckets include at least as much.
        let snapshot = self.views.snapshot().await?;
        let buckets = self.views.buckets(range).await?;
        Ok(Steps {
            totals: figures::steps(*window, job_type.as_ref(), buckets, now),
            snapshot,
            as_of: OnceCell::new(),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use async_trait::async_trait;
    use odd_core::ports::{EventLog, LogRecord, Position, TimeRange};
    use odd_core::{FailureGroups, SystemClock};

    use super::*;
    use crate::freshness::LOG_LIMIT;
    use crate::freshness::tests::{LogEnd, SilentLog};

    /// Empty views that count how often buckets are read.
    #[derive(Default)]
    struct CountingViews(AtomicUsize);

    #[async_trait]
    impl Views for CountingViews {
        async fn position(&self) -> Result<Position, StoreError> {
            Ok(Position(0))
        }

        async fn apply(&self, _: Vec<LogRecord>) -> Result<(), StoreError> {
            Ok(())
        }

        async fn snapshot(&self) -> Result<ViewSnapshot, StoreError> {
            Ok(ViewSnapshot::default())
        }

        async fn buckets(&self, _: TimeRange) -> Result<Vec<Bucket>, StoreError> {
            self.0.fetch_add(1, Ordering::Relaxed);
            Ok(Vec::new())
        }

        async fn failures(&self) -> Result<FailureGroups, StoreError> {
            Ok(FailureGroups::default())
        }

        async fn digest(&self) -> Result<String, StoreError> {
            Ok(String::new())
        }
    }

    fn source(views: &Arc<CountingViews>, log: impl EventLog) -> SeriesSource {
        let clock = Arc::new(SystemClock);
        let freshness = Freshness::new(Arc::new(log), views.clone(), clock.clone());
        SeriesSource::new(views.clone(), freshness, clock)
    }

    #[tokio::test(start_paused = true)]
    async fn silent_log_delays_windows_at_the_same_time() {
        let source = source(&Arc::default(), SilentLog);
        let begun = Instant::now();
        let (hour, day) = tokio::join!(
            source.steps(TimeseriesWindow::Hour, None),
            source.steps(TimeseriesWindow::Day, None),
        );
        assert!(hour.is_ok() && day.is_ok());
        assert_eq!(begun.elapsed(), LOG_LIMIT);
    }

    #[tokio::test(start_paused = true)]
    async fn window_is_computed_once_for_all_metrics_and_again_when_it_has_expired() {
        let views = Arc::new(CountingViews::default());
        let source = source(&views, LogEnd(0));
        let folds = |expected: usize| assert_eq!(views.0.load(Ordering::Relaxed), expected);
        for _ in 0..5 {
            let steps = source.steps(TimeseriesWindow::Hour, None).await;
            let (steps, _) = steps.expect("folds");
            assert_eq!(steps.totals.len(), 60);
        }
        folds(1);
        let echo = Some("echo".parse().expect("a type"));
        source
            .steps(TimeseriesWindow::Hour, echo)
            .await
            .expect("folds");
        source
            .steps(TimeseriesWindow::Day, None)
            .await
            .expect("folds");
        folds(3);
        tokio::time::advance(Duration::from_secs(1)).await;
        source
            .steps(TimeseriesWindow::Hour, None)
            .await
            .expect("folds");
        source
            .steps(TimeseriesWindow::Day, None)
            .await
            .expect("folds");
        folds(4);
    }
}
