use std::sync::Arc;
use std::time::Duration;

use odd_core::FailureGroups;
use odd_core::ports::{StoreError, ViewSnapshot, Views};

use super::costly_value::CostlyValue;

/// How many times the duration of reading the history is kept: reading takes at most a twentieth of the time.
const LIFETIME_FACTOR: u32 = 20;

/// Longest time for which the history is kept.
const LONGEST_LIFETIME: Duration = Duration::from_secs(2);

/// The failures of the whole history, cached for a short time: they may have ten megabytes. They are read again only if
/// the views have advanced.
pub(crate) struct FailureSource {
    views: Arc<dyn Views>,
    kept: CostlyValue<Arc<KnownFailures>>,
}

/// The failures that the views have.
pub(crate) struct KnownFailures {
    /// By kind, the one with the latest failure first.
    pub(crate) by_kind: FailureGroups,
    /// The failures include at least this much.
    pub(crate) snapshot: ViewSnapshot,
}

impl FailureSource {
    /// Creates a source that reads `views`.
    pub(crate) fn new(views: Arc<dyn Views>) -> Self {
        Self {
            views,
            kept: CostlyValue::new(|took| (took * LIFETIME_FACTOR).min(LONGEST_LIFETIME)),
        }
    }

    /// Returns the failures, which may be up to two seconds old.
    pub(crate) async fn known(&self) -> Result<Arc<KnownFailures>, StoreError> {
        let views = Arc::clone(&self.views);
        self.kept.get(move |expired| read(views, expired)).await
    }
}

async fn read(
    views: Arc<dyn Views>,
    expired: Option<Arc<KnownFailures>>,
) -> Result<Arc<KnownFailures>, StoreError> {
    // Read first, so that the failures include at least as much.
    let snapshot = views.snapshot().await?;
    let is_current = |known: &Arc<KnownFailures>| known.snapshot.position == snapshot.position;
    if let Some(known) = expired.filter(is_current) {
        return Ok(known);
    }
    Ok(Arc::new(KnownFailures {
        by_kind: views.failures().await?,
        snapshot,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::slow_views::SlowViews;

    #[tokio::test(start_paused = true)]
    async fn history_is_read_once_for_many_requests() {
        let views = Arc::new(SlowViews::default());
        let source = FailureSource::new(views.clone());
        for _ in 0..10 {
            let (first, second) = tokio::join!(source.known(), source.known());
            assert!(Arc::ptr_eq(&first.expect("reads"), &second.expect("reads")));
        }
        assert_eq!(views.reads(), 1);
    }

    #[tokio::test(start_paused = true)]
    async fn history_is_read_again_when_the_views_have_advanced() {
        let views = Arc::new(SlowViews::default());
        let source = FailureSource::new(views.clone());
        let known = source.known().await.expect("reads");
        tokio::time::advance(LONGEST_LIFETIME).await;
        let unchanged = source.known().await.expect("reads");
        assert!(Arc::ptr_eq(&known, &unchanged) && views.reads() == 1);
        tokio::time::advance(LONGEST_LIFETIME).await;
        views.advance();
        let later = source.known().await.expect("reads");
        assert!(later.snapshot.position > known.snapshot.position);
        assert_eq!(views.reads(), 2);
    }
}
