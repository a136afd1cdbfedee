use std::collections::BTreeMap;

use async_trait::async_trait;
use odd_contracts::Timestamp;

use crate::ports::{LogRecord, Position, StoreError};
use crate::{Bucket, CountKey};

/// A stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeRange {
    /// From, inclusive.
    pub from: Timestamp,
    /// To, exclusive.
    pub to: Timestamp,
}

/// The live counts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ViewSnapshot {
    /// Jobs by type, queue and status.
    pub counts: BTreeMap<CountKey, u64>,
    /// When the last folded event was recorded.
    pub last_event_at: Option<Timestamp>,
    /// Everything up to here is folded in.
    pub position: Position,
}

/// Aggregates over the event history. Disposable: never decide anything, and can be rebuilt.
#[async_trait]
pub trait Views: Send + Sync + 'static {
    /// Up to where the log is folded in.
    async fn position(&self) -> Result<Position, StoreError>;

    /// Folds entries in, once: entries at or before the position are skipped.
    async fn apply(&self, entries: Vec<LogRecord>) -> Result<(), StoreError>;

    /// The counts.
    async fn snapshot(&self) -> Result<ViewSnapshot, StoreError>;

    /// The buckets of a stretch of time, oldest first, one per type and bucket.
    async fn buckets(&self, range: TimeRange) -> Result<Vec<Bucket>, StoreError>;

    /// SHA-256 over the whole content in a canonical order; equal content, equal digest.
    async fn digest(&self) -> Result<String, StoreError>;
}
