use odd_contracts::{JobType, Timestamp};
use odd_core::ports::TimeRange;
use odd_core::{BUCKET_SECONDS, Bucket, BucketKey};

const BUCKET_MILLIS: u64 = BUCKET_SECONDS.unsigned_abs() * 1000;

/// Numbers of jobs per second.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Rates {
    /// Jobs accepted per second.
    pub(crate) submitted: f64,
    /// Attempts started per second.
    pub(crate) started: f64,
    /// Jobs finished per second.
    pub(crate) finished: f64,
}

impl Rates {
    /// Returns the rates over `range`, which ends at the present. Buckets that begin before the range are ignored.
    pub(crate) fn over(range: TimeRange, buckets: &[Bucket]) -> Self {
        let sum = total(
            buckets
                .iter()
                .filter(|bucket| bucket.key.start >= range.from),
        );
        let seconds = range.to.fractional_millis_since(range.from) / 1000.0;
        let per_second = |count: u64| count as f64 / seconds.max(1.0);
        Self {
            submitted: per_second(sum.submitted),
            started: per_second(sum.started),
            finished: per_second(sum.completed + sum.failed + sum.cancelled),
        }
    }
}

/// Returns a bucket of a type without any counts.
pub(crate) fn empty_bucket(job_type: &JobType) -> Bucket {
    Bucket::new(BucketKey {
        start: Timestamp::from_micros(0),
        job_type: job_type.clone(),
    })
}

/// Returns the sum of `buckets`.
pub(crate) fn total<'a>(buckets: impl Iterator<Item = &'a Bucket>) -> Bucket {
    let mut total = empty_bucket(&"total".parse().expect("a legal name"));
    buckets.for_each(|bucket| total.merge(bucket));
    total
}

/// Returns the range from the start of the bucket one minute ago to `now`: at least a minute, at most ten seconds more.
pub(crate) fn recent_minute(now: Timestamp) -> TimeRange {
    recent_minutes(now, 1)
}

/// Returns the range of [`recent_minute`] for several minutes.
pub(crate) fn recent_minutes(now: Timestamp, minutes: u64) -> TimeRange {
    let bucket_micros = BUCKET_SECONDS * 1_000_000;
    let past = now.as_micros().rem_euclid(bucket_micros);
    let bucket_start = Timestamp::from_micros(now.as_micros() - past);
    TimeRange {
        from: bucket_start.minus_millis(minutes * 6 * BUCKET_MILLIS),
        to: now,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bucket(start_seconds: i64, submitted: u64) -> Bucket {
        let mut bucket = Bucket::new(BucketKey {
            start: Timestamp::from_micros(start_seconds * 1_000_000),
            job_type: "echo".parse().expect("a type"),
        });
        bucket.submitted = submitted;
        bucket.completed = submitted / 2;
        bucket
    }

    #[test]
    fn minute_begins_at_the_start_of_a_bucket() {
        let range = recent_minute(Timestamp::from_micros(1_004_500_000));
        assert_eq!(range.from, Timestamp::from_micros(940_000_000));
        assert_eq!(range.to, Timestamp::from_micros(1_004_500_000));
    }

    #[test]
    fn rates_ignore_older_buckets() {
        let range = recent_minute(Timestamp::from_micros(1_000_000_000));
        let rates = Rates::over(range, &[bucket(930, 999), bucket(940, 30), bucket(990, 30)]);
        assert_eq!((rates.submitted, rates.finished), (1.0, 0.5));
    }
}
