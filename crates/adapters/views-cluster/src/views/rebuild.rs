use std::sync::{Arc, Mutex};
use std::time::Duration;

use odd_core::ports::{EventLog, Position, StoreError, ViewSnapshot};
use odd_core::{Aggregates, ViewDigest};
use tokio::time::{Instant, MissedTickBehavior, interval, sleep};

use super::ClusterViews;
use super::apply::{Added, STEP};
use super::delta::Delta;
use super::fresh::Swap;
use super::keys::{Generation, Pointer};

/// Buckets written at once.
const BUCKETS_AT_ONCE: usize = 500;

/// How long a rebuild waits for the one that another process has under way.
const PATIENCE: Duration = Duration::from_secs(600);

/// Between looks whether it is done.
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// What a rebuild came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rebuilt {
    /// Of the new views when they were put in place.
    pub digest: String,
    /// Where they stood then.
    pub position: Position,
}

impl ClusterViews {
    /// Folds the whole log into a new generation, and puts it in the place of the one that is read. The views stay in
    /// use all the while, for reading and for applying.
    ///
    /// # Errors
    /// When the log or the server fails; the views are then as they were.
    pub async fn rebuild(&self, log: &dyn EventLog) -> Result<Rebuilt, StoreError> {
        let deadline = Instant::now() + PATIENCE;
        loop {
            if let Some(fresh) = self.begin_rebuild().await? {
                return self.finish_rebuild(fresh, log).await;
            }
            if Instant::now() > deadline {
                return Err(StoreError::Unavailable(
                    "another process keeps rebuilding the views on Redis".into(),
                ));
            }
            sleep(LOOK_EVERY).await;
        }
    }

    /// The rest, for whoever has begun it.
    pub(super) async fn finish_rebuild(
        &self,
        fresh: Generation,
        log: &dyn EventLog,
    ) -> Result<Rebuilt, StoreError> {
        let outcome = tokio::select! {
            outcome = self.fill_and_swap(&fresh, log) => outcome,
            lost = self.keep_lock(&fresh) => Err(lost),
        };
        if outcome.is_err() {
            // What is left of it is swept by the next one, should the server not answer now.
            let _ = self.give_up(&fresh).await;
        }
        if let Err(error) = self.sweep().await {
            tracing::warn!(%error, "old views on Redis are left to the next rebuild");
        }
        outcome
    }

    async fn fill_and_swap(
        &self,
        fresh: &Generation,
        log: &dyn EventLog,
    ) -> Result<Rebuilt, StoreError> {
        let (mut whole, mut position) = fold(log).await?;
        self.fill(fresh, &whole, position).await?;
        let mut may_be_behind = false;
        loop {
            let entries = log.read_after(position, STEP).await?;
            if let Some(delta) = Delta::of(&entries, position) {
                self.add_to(fresh, &delta).await?;
                position = delta.to;
                entries.iter().for_each(|entry| whole.fold(&entry.entry));
                whole.drop_old();
            }
            if entries.len() == STEP {
                continue;
            }
            match self.swap(fresh, may_be_behind).await? {
                Swap::Swapped => {
                    let digest = digest(&whole, position)?;
                    return Ok(Rebuilt { digest, position });
                }
                // Whatever was applied is in the log: views that are still ahead of it have followed another one.
                Swap::Behind => may_be_behind = log.head().await? <= position,
            }
        }
    }

    /// Writes `whole` in steps.
    async fn fill(
        &self,
        fresh: &Generation,
        whole: &Aggregates,
        position: Position,
    ) -> Result<(), StoreError> {
        let counts = Aggregates {
            counts: whole.counts.clone(),
            last_event_at: whole.last_event_at,
            ..Aggregates::default()
        };
        let mut delta = Delta {
            from: None,
            to: Position(0),
            aggregates: counts,
        };
        self.add_to(fresh, &delta).await?;
        delta.from = Some(Position(0));
        let buckets: Vec<_> = whole.buckets.iter().collect();
        for step in buckets.chunks(BUCKETS_AT_ONCE) {
            let step = step.iter().copied();
            delta.aggregates = Aggregates {
                buckets: step
                    .map(|(key, bucket)| (key.clone(), bucket.clone()))
                    .collect(),
                ..Aggregates::default()
            };
            self.add_to(fresh, &delta).await?;
        }
        delta.aggregates = Aggregates::default();
        delta.to = position;
        self.add_to(fresh, &delta).await
    }

    async fn add_to(&self, fresh: &Generation, delta: &Delta) -> Result<(), StoreError> {
        match self.add(Pointer::Rebuilding, fresh, delta).await? {
            Added::Applied => Ok(()),
            Added::Moved | Added::Missing => Err(lost()),
        }
    }

    /// Holds the lock for as long as it is polled; ends when it was lost.
    async fn keep_lock(&self, fresh: &Generation) -> StoreError {
        let mut tick = interval(super::fresh::LOCK_TIME / 4);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tick.tick().await;
            match self.renew_lock(fresh).await {
                Ok(true) => {}
                Ok(false) => return lost(),
                // The next one may come through in time; if not, the lock is lost.
                Err(error) => tracing::warn!(%error, "the lock of a rebuild was not renewed"),
            }
        }
    }
}

/// The whole log as aggregates, and up to where.
async fn fold(log: &dyn EventLog) -> Result<(Aggregates, Position), StoreError> {
    let folded: Arc<Mutex<Aggregates>> = Arc::default();
    let target = folded.clone();
    let head = log
        .replay(Box::new(move |chunk| {
            let mut whole = target.lock().expect("no panic while it is held");
            chunk.iter().for_each(|entry| whole.fold(&entry.entry));
            whole.drop_old();
        }))
        .await?;
    let whole = std::mem::take(&mut *folded.lock().expect("no panic while it is held"));
    Ok((whole, head))
}

fn digest(whole: &Aggregates, position: Position) -> Result<String, StoreError> {
    let mut snapshot = ViewSnapshot {
        last_event_at: whole.last_event_at,
        position,
        ..ViewSnapshot::default()
    };
    for (key, count) in whole.counts.iter().filter(|(_, count)| **count != 0) {
        let count = u64::try_from(*count).map_err(|_| {
            StoreError::Broken(format!("the log leaves {count} jobs of {key:?}").into())
        })?;
        snapshot.counts.insert(key.clone(), count);
    }
    let mut digest = ViewDigest::new(&snapshot);
    whole.buckets.values().for_each(|bucket| digest.add(bucket));
    Ok(digest.finish())
}

fn lost() -> StoreError {
    StoreError::Unavailable("a rebuild of the views on Redis was overtaken by another".into())
}
