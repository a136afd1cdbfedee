use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use odd_core::ports::{ErrorChain, EventLog, Position, StoreError, ViewSnapshot};
use odd_core::{Aggregates, ViewDigest};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use super::ClusterViews;
use super::apply::{AddOutcome, BATCH};
use super::delta::Delta;
use super::generations::Swap;
use super::keys::{Generation, Pointer};

/// Most buckets written at once.
const BUCKET_BATCH: usize = 500;

/// Most slices of failures written at once: each may contain a hundred kinds.
const FAILURE_BATCH: usize = 20;

/// How long a rebuild waits for a rebuild by another process before it fails.
const LOCK_TIMEOUT: Duration = Duration::from_secs(600);

/// Interval between attempts to acquire the rebuild lock.
const POLL_INTERVAL: Duration = Duration::from_millis(100);

/// The content of rebuilt views when they became current.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RebuildReport {
    /// Digest of the views.
    pub digest: String,
    /// Position up to which the log is folded in.
    pub position: Position,
}

impl ClusterViews {
    /// Folds the whole log into a new generation, and makes it the current one. The views can be read and applied to during
    /// the rebuild.
    ///
    /// # Errors
    /// When the log or the server fails; the views are then unchanged.
    pub async fn rebuild(&self, log: &dyn EventLog) -> Result<RebuildReport, StoreError> {
        let deadline = Instant::now() + LOCK_TIMEOUT;
        loop {
            if let Some(generation) = self.begin_rebuild().await? {
                return self.finish_rebuild(generation, log).await;
            }
            if Instant::now() > deadline {
                return Err(StoreError::Unavailable(
                    "another process keeps rebuilding the views on Redis".into(),
                ));
            }
            sleep(POLL_INTERVAL).await;
        }
    }

    /// Completes a rebuild whose lock has been acquired.
    pub(super) async fn finish_rebuild(
        &self,
        generation: Generation,
        log: &dyn EventLog,
    ) -> Result<RebuildReport, StoreError> {
        let outcome = tokio::select! {
            outcome = self.fill_and_swap(&generation, log) => outcome,
            never = self.hold_lock(&generation) => match never {},
        };
        if outcome.is_err() {
            // If the server does not answer now, the lock expires and the next rebuild deletes the generation.
            let _ = self.release_lock(&generation).await;
        }
        self.clean_up().await;
        outcome
    }

    async fn fill_and_swap(
        &self,
        generation: &Generation,
        log: &dyn EventLog,
    ) -> Result<RebuildReport, StoreError> {
        let (mut aggregates, mut position) = fold(log).await?;
        self.fill(generation, &aggregates, position).await?;
        let mut may_be_behind = false;
        loop {
            let entries = log.read_after(position, BATCH).await?;
            if let Some(delta) = Delta::of(&entries, position) {
                self.add_to(generation, &delta).await?;
                position = delta.to;
                entries
                    .iter()
                    .for_each(|entry| aggregates.fold(&entry.entry));
                aggregates.drop_old();
            }
            if entries.len() == BATCH {
                continue;
            }
            match self.swap(generation, may_be_behind).await? {
                Swap::Swapped => {
                    let digest = digest(&aggregates, position)?;
                    return Ok(RebuildReport { digest, position });
                }
                // All applied entries are in the log. Views that are still ahead of its head followed another log.
                Swap::Behind => may_be_behind = log.head().await? <= position,
            }
        }
    }

    /// Writes `aggregates` to a new generation in batches.
    async fn fill(
        &self,
        generation: &Generation,
        aggregates: &Aggregates,
        position: Position,
    ) -> Result<(), StoreError> {
        let counts = Aggregates {
            counts: aggregates.counts.clone(),
            tally: aggregates.tally,
            last_event_at: aggregates.last_event_at,
            ..Aggregates::default()
        };
        let mut delta = Delta {
            from: None,
            to: Position(0),
            aggregates: counts,
        };
        self.add_to(generation, &delta).await?;
        delta.from = Some(Position(0));
        let buckets: Vec<_> = aggregates.buckets.iter().collect();
        for batch in buckets.chunks(BUCKET_BATCH) {
            let batch = batch.iter().copied();
            delta.aggregates = Aggregates {
                buckets: batch
                    .map(|(key, bucket)| (key.clone(), bucket.clone()))
                    .collect(),
                ..Aggregates::default()
            };
            self.add_to(generation, &delta).await?;
        }
        let failures: Vec<_> = aggregates.failures.iter().collect();
        for batch in failures.chunks(FAILURE_BATCH) {
            let batch = batch.iter().copied();
            delta.aggregates = Aggregates {
                failures: batch
                    .map(|(start, slice)| (*start, slice.clone()))
                    .collect(),
                ..Aggregates::default()
            };
            self.add_to(generation, &delta).await?;
        }
        delta.aggregates = Aggregates::default();
        delta.to = position;
        self.add_to(generation, &delta).await
    }

    async fn add_to(&self, generation: &Generation, delta: &Delta) -> Result<(), StoreError> {
        match self.add(Pointer::Rebuilding, generation, delta).await? {
            AddOutcome::Applied => Ok(()),
            AddOutcome::Moved | AddOutcome::Missing => Err(lost()),
        }
    }

    /// Extends the lock while it is polled; never completes. A lost lock is reported by the next write of the rebuild, which
    /// checks the lock in the same step. The answer of an extension cannot tell a lost lock from one that the swap released.
    async fn hold_lock(&self, generation: &Generation) -> Infallible {
        let mut tick = interval(super::generations::LOCK_EXPIRY / 4);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            match self.renew_lock(generation).await {
                Ok(_) => {}
                // The next attempt may succeed in time; otherwise the lock expires.
                Err(error) => tracing::warn!(
                    error = %ErrorChain(&error),
                    "the lock for rebuilding the views on Redis could not be extended"
                ),
            }
        }
    }
}

/// Folds the whole log. Also returns the position of its last entry.
async fn fold(log: &dyn EventLog) -> Result<(Aggregates, Position), StoreError> {
    let folded: Arc<Mutex<Aggregates>> = Arc::default();
    let target = folded.clone();
    let head = log
        .replay(Box::new(move |chunk| {
            let mut aggregates = target.lock().expect("no panic while it is held");
            chunk.iter().for_each(|entry| aggregates.fold(&entry.entry));
            aggregates.drop_old();
        }))
        .await?;
    let aggregates = std::mem::take(&mut *folded.lock().expect("no panic while it is held"));
    Ok((aggregates, head))
}

fn digest(aggregates: &Aggregates, position: Position) -> Result<String, StoreError> {
    let mut snapshot = ViewSnapshot {
        tally: aggregates.tally,
        last_event_at: aggregates.last_event_at,
        position,
        ..ViewSnapshot::default()
    };
    for (key, count) in aggregates.counts.iter().filter(|(_, count)| **count != 0) {
        let count = u64::try_from(*count).map_err(|_| {
            StoreError::Broken(format!("the log results in {count} jobs of {key:?}").into())
        })?;
        snapshot.counts.insert(key.clone(), count);
    }
    let mut digest = ViewDigest::new(&snapshot);
    aggregates
        .buckets
        .values()
        .for_each(|bucket| digest.add(bucket));
    for (start, slice) in &aggregates.failures {
        digest.add_failures(*start, slice);
    }
    Ok(digest.finish())
}

fn lost() -> StoreError {
    StoreError::Unavailable(
        "the lock for rebuilding the views on Redis was lost to another process".into(),
    )
}
