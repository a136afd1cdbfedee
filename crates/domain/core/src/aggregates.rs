use std::collections::BTreeMap;

use odd_contracts::{JobStatus, JobType, QueueName, Timestamp};
use serde::{Deserialize, Serialize};

use crate::ports::LogEntry;
use crate::{Change, JobEvent};

/// Width of a time bucket, in seconds.
pub const BUCKET_SECONDS: i64 = 10;

/// Age at which buckets are dropped, measured from the newest event: 24 hours.
pub const BUCKET_RETENTION_MS: u64 = 24 * 60 * 60 * 1_000;

const BUCKET_MICROS: i64 = BUCKET_SECONDS * 1_000_000;

/// Key by which jobs are counted.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CountKey {
    /// Status of the jobs; first, because it decides most comparisons.
    pub status: JobStatus,
    /// Type of the jobs.
    pub job_type: JobType,
    /// Queue of the jobs.
    pub queue: QueueName,
}

/// Key of a bucket: its start and job type.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct BucketKey {
    /// Start of the bucket's ten seconds.
    pub start: Timestamp,
    /// Type of the jobs.
    pub job_type: JobType,
}

/// Counts of the changes of one type's jobs in ten seconds.
#[derive(Debug, Clone, PartialEq)]
pub struct Bucket {
    /// Start and job type.
    pub key: BucketKey,
    /// Accepted jobs.
    pub submitted: u64,
    /// Started attempts.
    pub started: u64,
    /// Completed jobs.
    pub completed: u64,
    /// Failed jobs.
    pub failed: u64,
    /// Cancelled jobs.
    pub cancelled: u64,
    /// Failed attempts that were followed by another one.
    pub retried: u64,
    /// Durations from ready to started.
    pub wait: DurationHistogram,
    /// Durations from started to finished.
    pub run: DurationHistogram,
}

impl Bucket {
    /// Creates an empty bucket.
    pub fn new(key: BucketKey) -> Self {
        Self {
            key,
            submitted: 0,
            started: 0,
            completed: 0,
            failed: 0,
            cancelled: 0,
            retried: 0,
            wait: DurationHistogram::default(),
            run: DurationHistogram::default(),
        }
    }

    /// Adds the counts of another bucket.
    pub fn merge(&mut self, other: &Self) {
        self.submitted += other.submitted;
        self.started += other.started;
        self.completed += other.completed;
        self.failed += other.failed;
        self.cancelled += other.cancelled;
        self.retried += other.retried;
        self.wait.merge(&other.wait);
        self.run.merge(&other.run);
    }
}

/// Counts of durations in classes that grow by a quarter octave: class *i* holds durations up to
/// `0.01 ms * 2^(i/4)`, so a percentile read from it is at most 19 % too high.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DurationHistogram(BTreeMap<u16, u64>);

impl DurationHistogram {
    const SMALLEST_MS: f64 = 0.01;
    const CLASSES_PER_OCTAVE: f64 = 4.0;

    /// Counts one duration.
    pub fn record(&mut self, millis: f64) {
        let class =
            (millis.max(Self::SMALLEST_MS) / Self::SMALLEST_MS).log2() * Self::CLASSES_PER_OCTAVE;
        *self
            .0
            .entry(class.ceil().min(f64::from(u16::MAX)) as u16)
            .or_default() += 1;
    }

    /// Adds the counts of another histogram.
    pub fn merge(&mut self, other: &Self) {
        for (class, count) in &other.0 {
            *self.0.entry(*class).or_default() += count;
        }
    }

    /// Returns the classes that are not empty with their counts, smallest durations first.
    pub fn classes(&self) -> impl Iterator<Item = (u16, u64)> {
        self.0.iter().map(|(class, count)| (*class, *count))
    }

    /// Returns the number of recorded durations.
    pub fn count(&self) -> u64 {
        self.0.values().sum()
    }

    /// Returns an upper bound, in milliseconds, of the smallest duration that at least `quantile` (0 to 1) of all durations do
    /// not exceed; nothing if there are none.
    pub fn quantile_ms(&self, quantile: f64) -> Option<f64> {
        let rank = (self.count() as f64 * quantile).ceil().max(1.0) as u64;
        let mut seen = 0;
        self.0.iter().find_map(|(class, count)| {
            seen += count;
            (seen >= rank)
                .then(|| Self::SMALLEST_MS * (f64::from(*class) / Self::CLASSES_PER_OCTAVE).exp2())
        })
    }
}

impl FromIterator<(u16, u64)> for DurationHistogram {
    fn from_iter<I: IntoIterator<Item = (u16, u64)>>(classes: I) -> Self {
        Self(classes.into_iter().collect())
    }
}

/// The fold of log entries into views: changes that a store of views adds to what it has.
///
/// A fold of the whole log does not see the events of pruned jobs. Incremental folds must have the same result, so a
/// `Pruned` entry drops everything before its time except the current counts.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Aggregates {
    /// Time before which stored views are dropped before the changes are added: buckets that start earlier, and the time of
    /// the last event if it is earlier.
    pub whole_since: Option<Timestamp>,
    /// Changes of the counts.
    pub counts: BTreeMap<CountKey, i64>,
    /// Additions to the buckets.
    pub buckets: BTreeMap<BucketKey, Bucket>,
    /// Time of the newest event.
    pub last_event_at: Option<Timestamp>,
}

impl Aggregates {
    /// Folds one entry.
    pub fn fold(&mut self, entry: &LogEntry) {
        match entry {
            LogEntry::Event(event) => self.fold_event(event),
            LogEntry::Pruned {
                job_type,
                queue,
                status,
                count,
                before,
            } => {
                let key = CountKey {
                    job_type: job_type.clone(),
                    queue: queue.clone(),
                    status: *status,
                };
                *self.counts.entry(key).or_default() -= i64::try_from(*count).unwrap_or(i64::MAX);
                self.drop_before(*before);
            }
        }
    }

    /// Drops the buckets that are older than their retention, as stores of views do too: folding a whole log needs no more
    /// memory than its views.
    pub fn drop_old(&mut self) {
        if let Some(newest) = self.last_event_at {
            let horizon = newest.minus_millis(BUCKET_RETENTION_MS);
            self.buckets.retain(|key, _| key.start >= horizon);
        }
    }

    fn drop_before(&mut self, before: Timestamp) {
        self.whole_since = self.whole_since.max(Some(before));
        self.buckets.retain(|key, _| key.start >= before);
        self.last_event_at = self.last_event_at.filter(|at| *at >= before);
    }

    fn fold_event(&mut self, event: &JobEvent) {
        self.last_event_at = self.last_event_at.max(Some(event.occurred_at));
        self.count(event, event.change.status(), 1);
        if let Some(previous) = event.previous_status {
            self.count(event, previous, -1);
        }
        let micros = event.occurred_at.as_micros();
        let key = BucketKey {
            start: Timestamp::from_micros(micros - micros.rem_euclid(BUCKET_MICROS)),
            job_type: event.job_type.clone(),
        };
        let bucket = self
            .buckets
            .entry(key)
            .or_insert_with_key(|key| Bucket::new(key.clone()));
        fold_into(bucket, &event.change);
    }

    fn count(&mut self, event: &JobEvent, status: JobStatus, by: i64) {
        let key = CountKey {
            job_type: event.job_type.clone(),
            queue: event.queue.clone(),
            status,
        };
        *self.counts.entry(key).or_default() += by;
    }
}

fn fold_into(bucket: &mut Bucket, change: &Change) {
    match change {
        Change::Created { .. } => bucket.submitted += 1,
        Change::Started { wait_ms, .. } => {
            bucket.started += 1;
            bucket.wait.record(*wait_ms);
        }
        Change::Retrying { duration_ms, .. } => {
            bucket.retried += 1;
            bucket.run.record(*duration_ms);
        }
        Change::Completed { duration_ms } => {
            bucket.completed += 1;
            bucket.run.record(*duration_ms);
        }
        Change::Failed { duration_ms, .. } => {
            bucket.failed += 1;
            duration_ms.iter().for_each(|ms| bucket.run.record(*ms));
        }
        Change::Cancelled { .. } => bucket.cancelled += 1,
        Change::Due | Change::Validated | Change::Progressed { .. } | Change::Requeued { .. } => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_are_at_most_a_quarter_octave_too_high() {
        let mut histogram = DurationHistogram::default();
        (1..=1000).for_each(|ms| histogram.record(f64::from(ms)));
        for (quantile, exact) in [(0.5, 500.0), (0.95, 950.0), (0.99, 990.0), (1.0, 1000.0)] {
            let read = histogram.quantile_ms(quantile).expect("not empty");
            assert!(read >= exact && read <= exact * 1.19, "{quantile}: {read}");
        }
        assert_eq!(DurationHistogram::default().quantile_ms(0.5), None);
    }
}
