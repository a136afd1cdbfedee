use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use odd_core::ports::{LogRecord, Position, StoreError, TimeRange, ViewSnapshot, Views};
use odd_core::{Bucket, FailureGroups};

/// Empty views whose failures take a second to read, and that count how often this happens.
#[derive(Default)]
pub(crate) struct SlowViews {
    reads: AtomicU64,
    position: AtomicU64,
}

impl SlowViews {
    pub(crate) fn reads(&self) -> u64 {
        self.reads.load(Ordering::Relaxed)
    }

    pub(crate) fn advance(&self) {
        self.position.fetch_add(1, Ordering::Relaxed);
    }
}

#[async_trait]
impl Views for SlowViews {
    async fn position(&self) -> Result<Position, StoreError> {
        Ok(Position(self.position.load(Ordering::Relaxed)))
    }

    async fn apply(&self, _: Vec<LogRecord>) -> Result<(), StoreError> {
        Ok(())
    }

    async fn snapshot(&self) -> Result<ViewSnapshot, StoreError> {
        Ok(ViewSnapshot {
            position: self.position().await?,
            ..ViewSnapshot::default()
        })
    }

    async fn buckets(&self, _: TimeRange) -> Result<Vec<Bucket>, StoreError> {
        Ok(Vec::new())
    }

    async fn failures(&self) -> Result<FailureGroups, StoreError> {
        self.reads.fetch_add(1, Ordering::Relaxed);
        tokio::time::sleep(Duration::from_secs(1)).await;
        Ok(FailureGroups::default())
    }

    async fn digest(&self) -> Result<String, StoreError> {
        Ok(String::new())
    }
}
