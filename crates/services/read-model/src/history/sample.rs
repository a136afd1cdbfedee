use std::collections::BTreeMap;

use odd_contracts::{JobStatus, QueueName, Timestamp};
use odd_core::ports::{QueueDepth, ViewSnapshot};

/// The ready jobs of a queue, or of all queues, at one time.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Sample {
    /// Number of jobs.
    pub(super) depth: u64,
    /// How long the oldest has waited, in seconds; 0 without jobs, nothing if it is not known.
    pub(super) oldest_seconds: Option<f32>,
}

impl Sample {
    /// The sample of a queue without ready jobs.
    pub(super) const EMPTY: Self = Self {
        depth: 0,
        oldest_seconds: Some(0.0),
    };

    /// Returns the larger depth and the greater age of both.
    pub(super) fn max(self, other: Self) -> Self {
        let oldest = self.oldest_seconds.into_iter().chain(other.oldest_seconds);
        Self {
            depth: self.depth.max(other.depth),
            oldest_seconds: oldest.reduce(f32::max),
        }
    }
}

/// The samples of all queues that have jobs, at one time.
#[derive(Debug)]
pub(crate) struct Samples {
    pub(super) queues: BTreeMap<QueueName, Sample>,
    pub(super) total: Sample,
}

impl Samples {
    /// Combines the counts of jobs with the ages of the oldest ready jobs.
    pub(crate) fn of(snapshot: &ViewSnapshot, depths: Vec<QueueDepth>, now: Timestamp) -> Self {
        let mut ready: BTreeMap<QueueName, u64> = BTreeMap::new();
        for (key, &count) in &snapshot.counts {
            let counted = ready.entry(key.queue.clone()).or_default();
            if key.status == JobStatus::Pending {
                *counted += count;
            }
        }
        let ages = depths.into_iter().filter_map(|depth| {
            let waited_ms = now.fractional_millis_since(depth.oldest_ready_at?);
            Some((depth.queue, (waited_ms / 1_000.0) as f32))
        });
        let ages: BTreeMap<QueueName, f32> = ages.collect();
        let queues = ready.into_iter().map(|(queue, depth)| {
            let oldest_seconds = match depth {
                0 => Some(0.0),
                _ => ages.get(&queue).copied(),
            };
            let sample = Sample {
                depth,
                oldest_seconds,
            };
            (queue, sample)
        });
        let queues: BTreeMap<QueueName, Sample> = queues.collect();
        let total = Self::total(&queues);
        Self { queues, total }
    }

    fn total(queues: &BTreeMap<QueueName, Sample>) -> Sample {
        let deepest = queues.values().copied().reduce(Sample::max);
        Sample {
            depth: queues.values().map(|sample| sample.depth).sum(),
            ..deepest.unwrap_or(Sample::EMPTY)
        }
    }
}

#[cfg(test)]
mod tests {
    use odd_core::CountKey;

    use super::*;

    const NOW: Timestamp = Timestamp::from_micros(100_000_000);

    fn counts(rows: &[(&str, JobStatus, u64)]) -> ViewSnapshot {
        let counts = rows.iter().map(|(queue, status, count)| {
            let key = CountKey {
                job_type: "echo".parse().expect("a type"),
                queue: queue.parse().expect("a queue"),
                status: *status,
            };
            (key, *count)
        });
        ViewSnapshot {
            counts: counts.collect(),
            ..ViewSnapshot::default()
        }
    }

    #[test]
    fn total_is_the_sum_of_depths_and_the_greatest_age() {
        let snapshot = counts(&[
            ("a", JobStatus::Pending, 2),
            ("a", JobStatus::Failed, 9),
            ("b", JobStatus::Pending, 3),
            ("done", JobStatus::Completed, 7),
            ("unknown", JobStatus::Pending, 1),
        ]);
        let ready_for = |queue: &str, seconds: u64| QueueDepth {
            queue: queue.parse().expect("a queue"),
            oldest_ready_at: Some(NOW.minus_millis(seconds * 1_000)),
        };
        let samples = Samples::of(&snapshot, vec![ready_for("a", 4), ready_for("b", 8)], NOW);
        let found: Vec<_> = samples
            .queues
            .iter()
            .map(|(queue, sample)| (queue.as_str(), sample.depth, sample.oldest_seconds))
            .collect();
        assert_eq!(
            found,
            [
                ("a", 2, Some(4.0)),
                ("b", 3, Some(8.0)),
                ("done", 0, Some(0.0)),
                ("unknown", 1, None)
            ]
        );
        let total = samples.total;
        assert_eq!((total.depth, total.oldest_seconds), (6, Some(8.0)));
    }

    #[test]
    fn without_queues_nothing_waits() {
        let samples = Samples::of(&ViewSnapshot::default(), Vec::new(), NOW);
        assert_eq!(samples.total, Sample::EMPTY);
    }
}
