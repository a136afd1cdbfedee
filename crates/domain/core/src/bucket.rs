use std::collections::BTreeMap;

use odd_contracts::{JobType, Timestamp};
use serde::{Deserialize, Serialize};

use crate::QueueFlows;

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
    /// The queues in which jobs were accepted or finished.
    pub queues: QueueFlows,
    /// Attempts by the version of the worker that ran them.
    pub versions: BTreeMap<String, VersionTally>,
}

/// Counts of the attempts that workers of one version ran.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct VersionTally {
    /// Attempts that started.
    pub attempts: u64,
    /// Attempts that failed.
    pub failed: u64,
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
            queues: QueueFlows::default(),
            versions: BTreeMap::new(),
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
        self.queues.merge(&other.queues);
        for (version, tally) in &other.versions {
            let sum = self.version(version);
            sum.attempts += tally.attempts;
            sum.failed += tally.failed;
        }
    }

    /// Returns the counts of a version.
    pub(crate) fn version(&mut self, version: &str) -> &mut VersionTally {
        // Looked up twice, because `entry` would allocate for every attempt.
        if !self.versions.contains_key(version) {
            self.versions
                .insert(version.to_owned(), VersionTally::default());
        }
        self.versions.get_mut(version).expect("inserted above")
    }
}

/// Counts of durations in classes that grow by a quarter octave: class *i* holds durations up to
/// `0.01 ms * 2^(i/4)`, so a percentile read from it is at most 19 % too high.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DurationHistogram(BTreeMap<u16, u64>);

impl DurationHistogram {
    const SMALLEST_MS: f64 = 0.01;
    /// Classes between a duration and its double.
    pub const CLASSES_PER_OCTAVE: u16 = 4;

    /// Counts one duration.
    pub fn record(&mut self, millis: f64) {
        let class = (millis.max(Self::SMALLEST_MS) / Self::SMALLEST_MS).log2()
            * f64::from(Self::CLASSES_PER_OCTAVE);
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
            (seen >= rank).then(|| {
                Self::SMALLEST_MS * (f64::from(*class) / f64::from(Self::CLASSES_PER_OCTAVE)).exp2()
            })
        })
    }
}

impl FromIterator<(u16, u64)> for DurationHistogram {
    fn from_iter<I: IntoIterator<Item = (u16, u64)>>(classes: I) -> Self {
        Self(classes.into_iter().collect())
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
