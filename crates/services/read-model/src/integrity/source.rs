use std::sync::Arc;
use std::time::Duration;

use odd_contracts::Integrity;
use odd_core::ports::{EventLog, JobReader, Position, StoreError, Views};
use odd_core::{Aggregates, Clock, JobTally};

use super::compare::{Compared, compare};
use crate::sources::CostlyValue;

/// Shortest time for which a result is kept.
const SHORTEST_LIFETIME: Duration = Duration::from_secs(1);

/// How many times its own duration a result is kept: comparing takes at most one fiftieth of the time.
const LIFETIME_FACTOR: u32 = 50;

/// Most entries of the log that are read because the views and the store have different positions.
const MAX_BRIDGED: u64 = 200_000;

/// Entries that are read at once.
const CHUNK: usize = 10_000;

/// Attempts when retention removes entries while they are read.
const ATTEMPTS: usize = 3;

/// Compares the log with the rows of jobs, and keeps the result for a short time, also when it is an error. One comparison
/// runs at a time.
pub(crate) struct IntegritySource {
    jobs: Arc<dyn JobReader>,
    log: Arc<dyn EventLog>,
    views: Arc<dyn Views>,
    clock: Arc<dyn Clock>,
    kept: CostlyValue<Integrity>,
}

impl IntegritySource {
    /// Creates a source over the ports.
    pub(crate) fn new(
        jobs: Arc<dyn JobReader>,
        log: Arc<dyn EventLog>,
        views: Arc<dyn Views>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        Self {
            jobs,
            log,
            views,
            clock,
            kept: CostlyValue::new(|took| (took * LIFETIME_FACTOR).max(SHORTEST_LIFETIME)),
        }
    }

    /// Returns the last result, or compares again if it has expired.
    pub(crate) async fn integrity(self: &Arc<Self>) -> Result<Integrity, StoreError> {
        let source = Arc::clone(self);
        self.kept
            .get(move |_| async move { source.compare().await })
            .await
    }

    async fn compare(&self) -> Result<Integrity, StoreError> {
        for _ in 0..ATTEMPTS {
            // Read before the totals: what is committed later must not count as included.
            let as_of = self.clock.now();
            let views = self.views.snapshot().await?;
            // Before the jobs are counted: that is costly, and useless if the views are too far behind.
            check_distance(views.position, self.log.head().await?)?;
            let store = self.jobs.totals().await?;
            let bridge = self.fold_between(views.position, store.position).await?;
            let Some(change) = bridge else {
                continue;
            };
            let is_ahead = views.position > store.position;
            let sign = if is_ahead { -1 } else { 1 };
            let bridged = store.position.0.abs_diff(views.position.0);
            return Ok(compare(&Compared {
                log: JobTally {
                    created: views.tally.created + sign * change.created,
                    finished: views.tally.finished + sign * change.finished,
                },
                store,
                bridged: sign * i64::try_from(bridged).unwrap_or(i64::MAX),
                as_of,
            }));
        }
        Err(StoreError::Unavailable(
            "retention removed entries of the log while they were compared".into(),
        ))
    }

    /// Folds the entries between two positions, in whichever order they are given. Returns nothing if retention has removed
    /// one of them.
    async fn fold_between(&self, a: Position, b: Position) -> Result<Option<JobTally>, StoreError> {
        let (mut at, end) = (a.min(b), a.max(b));
        check_distance(at, end)?;
        let mut folded = Aggregates::default();
        while at < end {
            let left = usize::try_from(end.0 - at.0).unwrap_or(CHUNK);
            let entries = self.log.read_after(at, left.min(CHUNK)).await?;
            let expected = at.0 + 1..;
            let has_gap = expected
                .zip(&entries)
                .any(|(position, entry)| entry.position.0 != position);
            let Some(last) = entries.last().filter(|_| !has_gap) else {
                return Ok(None);
            };
            at = last.position;
            entries.iter().for_each(|entry| folded.fold(&entry.entry));
        }
        Ok(Some(folded.tally))
    }
}

/// Fails if more than [`MAX_BRIDGED`] entries are between two positions.
fn check_distance(a: Position, b: Position) -> Result<(), StoreError> {
    match a.0.abs_diff(b.0) > MAX_BRIDGED {
        true => Err(StoreError::Unavailable(
            "the views are too far behind the log to compare them with the store".into(),
        )),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::freshness::tests::LogEnd;
    use crate::sources::slow_views::SlowViews;

    #[tokio::test]
    async fn jobs_are_not_counted_while_the_views_are_too_far_behind() {
        let store = odd_testkit::sqlite_store();
        let source = |end| {
            Arc::new(IntegritySource::new(
                store.reader.clone(),
                Arc::new(LogEnd(end)),
                Arc::new(SlowViews::default()),
                store.clock.clone(),
            ))
        };
        // The store is empty: its totals are those of the views.
        let near = source(MAX_BRIDGED).integrity().await;
        assert!(near.expect("compares").holds());
        let far = source(MAX_BRIDGED + 1).integrity().await;
        assert!(far.expect_err("it is refused").is_transient());
    }
}
