use std::collections::BTreeMap;

use odd_contracts::{TypeMetrics, TypeSummary, TypeVersion};
use odd_core::{Bucket, BucketKey};

use super::{summary, total};

/// Largest number of types shown by name; the others are added up as [`OTHER`].
const MOST_TYPES: usize = 100;
const OTHER: &str = "other";

/// Most versions of workers that are shown of one type: the busiest.
const MOST_VERSIONS: usize = 20;

/// Returns the metrics by job type, the busiest first.
pub(crate) fn by_type(buckets: &[Bucket]) -> Vec<TypeMetrics> {
    let mut totals: BTreeMap<&str, Bucket> = BTreeMap::new();
    for bucket in buckets {
        totals
            .entry(bucket.key.job_type.as_str())
            .or_insert_with(|| Bucket::new(BucketKey::clone(&bucket.key)))
            .merge(bucket);
    }
    let totals = totals.iter().map(|(name, bucket)| (*name, bucket));
    busiest(totals.collect(), type_metrics)
}

/// Returns the summaries of job types by name, the busiest first. `seconds` is the duration that each bucket adds up.
pub(crate) fn type_summaries(totals: Vec<(&str, &Bucket)>, seconds: f64) -> Vec<TypeSummary> {
    busiest(totals, |name, bucket| type_summary(name, bucket, seconds))
}

fn busiest<T>(mut totals: Vec<(&str, &Bucket)>, show: impl Fn(&str, &Bucket) -> T) -> Vec<T> {
    totals.sort_by_key(|(_, bucket)| std::cmp::Reverse(bucket.submitted + bucket.started));
    let rest = totals.split_off(totals.len().min(MOST_TYPES));
    let mut types: Vec<T> = totals
        .iter()
        .map(|(name, bucket)| show(name, bucket))
        .collect();
    if !rest.is_empty() {
        let rest = total(rest.iter().map(|(_, bucket)| *bucket));
        types.push(show(OTHER, &rest));
    }
    types
}

/// Returns the summary of one type, whose counts over `seconds` are in `bucket`.
pub(crate) fn type_summary(name: &str, bucket: &Bucket, seconds: f64) -> TypeSummary {
    let finished = bucket.completed + bucket.failed + bucket.cancelled;
    let per_second = |count: u64| count as f64 / seconds.max(1.0);
    TypeSummary {
        job_type: name.to_owned(),
        submitted: bucket.submitted,
        started: bucket.started,
        completed: bucket.completed,
        failed: bucket.failed,
        cancelled: bucket.cancelled,
        retried: bucket.retried,
        wait: summary(&bucket.wait),
        run: summary(&bucket.run),
        submitted_per_second: per_second(bucket.submitted),
        finished_per_second: per_second(finished),
        failure_ratio: (finished > 0).then(|| bucket.failed as f64 / finished as f64),
    }
}

/// Returns what each version of the workers ran, the busiest first.
pub(crate) fn type_versions(bucket: &Bucket) -> Vec<TypeVersion> {
    let versions = bucket.versions.iter();
    let mut versions: Vec<TypeVersion> = versions
        .map(|(version, tally)| TypeVersion {
            version: version.clone(),
            attempts: tally.attempts,
            failed: tally.failed,
        })
        .collect();
    versions.sort_by_key(|version| std::cmp::Reverse(version.attempts));
    versions.truncate(MOST_VERSIONS);
    versions
}

fn type_metrics(name: &str, bucket: &Bucket) -> TypeMetrics {
    TypeMetrics {
        job_type: name.to_owned(),
        submitted: bucket.submitted,
        started: bucket.started,
        completed: bucket.completed,
        failed: bucket.failed,
        cancelled: bucket.cancelled,
        retried: bucket.retried,
        wait: summary(&bucket.wait),
        run: summary(&bucket.run),
    }
}

#[cfg(test)]
mod tests {
    use odd_contracts::Timestamp;

    use super::*;

    fn bucket(job_type: &str, start: i64, submitted: u64) -> Bucket {
        let mut bucket = Bucket::new(BucketKey {
            start: Timestamp::from_micros(start),
            job_type: job_type.parse().expect("a type"),
        });
        bucket.submitted = submitted;
        bucket
    }

    #[test]
    fn buckets_are_added_up_by_type_and_the_busiest_comes_first() {
        let types = by_type(&[bucket("a", 0, 1), bucket("b", 0, 5), bucket("a", 10, 2)]);
        let shown: Vec<_> = types
            .iter()
            .map(|figures| (figures.job_type.as_str(), figures.submitted))
            .collect();
        assert_eq!(shown, [("b", 5), ("a", 3)]);
    }

    #[test]
    fn beyond_a_hundred_types_the_rest_is_other() {
        let buckets: Vec<_> = (0..150)
            .map(|index| bucket(&format!("t{index}"), 0, 1000 - index))
            .collect();
        let types = by_type(&buckets);
        assert_eq!(types.len(), 101);
        let other = types.last().expect("not empty");
        assert_eq!(other.job_type, "other");
        assert_eq!(
            other.submitted,
            (100..150).map(|index| 1000 - index).sum::<u64>()
        );
    }
}
