use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

use odd_contracts::{JobType, TimeseriesWindow};
use odd_core::ports::{StoreError, ViewSnapshot, Views};
use odd_core::{Bucket, Clock};
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::figures;

/// Totals by job type over a window, cached for a short time: a day has thousands of buckets. One window is added up at a
/// time, which also limits the load.
pub(crate) struct TypeTotalsSource {
    views: Arc<dyn Views>,
    clock: Arc<dyn Clock>,
    cached: Mutex<HashMap<TimeseriesWindow, (Instant, Arc<TypeTotals>)>>,
}

/// The totals of one window.
pub(crate) struct TypeTotals {
    /// By type. Contains each type that has jobs, even if nothing happened in the window.
    pub(crate) by_type: BTreeMap<JobType, Bucket>,
    /// The duration that the totals cover.
    pub(crate) seconds: f64,
    /// The totals include at least this much.
    pub(crate) snapshot: ViewSnapshot,
}

impl TypeTotalsSource {
    /// Creates a source that reads `views`.
    pub(crate) fn new(views: Arc<dyn Views>, clock: Arc<dyn Clock>) -> Self {
        Self {
            views,
            clock,
            cached: Mutex::default(),
        }
    }

    /// Returns the totals of `window`, cached for up to a sixtieth of a step of its time series.
    pub(crate) async fn totals(
        &self,
        window: TimeseriesWindow,
    ) -> Result<Arc<TypeTotals>, StoreError> {
        let mut cached = self.cached.lock().await;
        if let Some((expires_at, totals)) = cached.get(&window)
            && Instant::now() < *expires_at
        {
            return Ok(Arc::clone(totals));
        }
        let totals = Arc::new(self.fold(window).await?);
        let lifetime = Duration::from_secs(window.step_seconds().into()) / 60;
        cached.insert(window, (Instant::now() + lifetime, Arc::clone(&totals)));
        Ok(totals)
    }

    async fn fold(&self, window: TimeseriesWindow) -> Result<TypeTotals, StoreError> {
        let minutes = window.points() * window.step_seconds() / 60;
        let range = figures::recent_minutes(self.clock.now(), minutes.into());
        // Read first, so that the buckets include at least as much.
        let snapshot = self.views.snapshot().await?;
        let buckets = self.views.buckets(range).await?;
        let mut by_type: BTreeMap<JobType, Bucket> = BTreeMap::new();
        for bucket in &buckets {
            by_type
                .entry(bucket.key.job_type.clone())
                .or_insert_with(|| Bucket::new(bucket.key.clone()))
                .merge(bucket);
        }
        for (key, _) in snapshot.counts.iter().filter(|(_, count)| **count > 0) {
            by_type
                .entry(key.job_type.clone())
                .or_insert_with(|| figures::empty_bucket(&key.job_type));
        }
        Ok(TypeTotals {
            by_type,
            seconds: range.to.fractional_millis_since(range.from) / 1000.0,
            snapshot,
        })
    }
}
