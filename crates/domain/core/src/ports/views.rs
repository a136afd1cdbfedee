use std::collections::BTreeMap;

use async_trait::async_trait;
use odd_contracts::Timestamp;

use crate::ports::{LogRecord, Position, StoreError};
use crate::{Bucket, CountKey, FailureGroups, JobTally};

/// A range of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TimeRange {
    /// Start, inclusive.
    pub from: Timestamp,
    /// End, exclusive.
    pub to: Timestamp,
}

/// The current counts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ViewSnapshot {
    /// Jobs by type, queue and status.
    pub counts: BTreeMap<CountKey, u64>,
    /// Numbers of jobs.
    pub tally: JobTally,
    /// Time of the last event in the counts.
    pub last_event_at: Option<Timestamp>,
    /// Position up to which entries are included.
    pub position: Position,
}

/// Aggregates of the event history. Disposable: no decision depends on them, and they can be rebuilt.
#[async_trait]
pub trait Views: Send + Sync + 'static {
    /// Returns the position up to which entries are included.
    async fn position(&self) -> Result<Position, StoreError>;

    /// Adds entries. Entries at or before the position are skipped.
    async fn apply(&self, entries: Vec<LogRecord>) -> Result<(), StoreError>;

    /// Returns the current counts.
    async fn snapshot(&self) -> Result<ViewSnapshot, StoreError>;

    /// Returns the buckets of a range of time, oldest first, one for each type and start.
    async fn buckets(&self, range: TimeRange) -> Result<Vec<Bucket>, StoreError>;

    /// Returns the failures by kind.
    async fn failures(&self) -> Result<FailureGroups, StoreError>;

    /// Returns the SHA-256 of the whole content in a canonical order. Equal content has an equal digest.
    async fn digest(&self) -> Result<String, StoreError>;
}
