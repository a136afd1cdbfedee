use std::collections::BTreeMap;

use odd_contracts::TypeMetrics;
use odd_core::{Bucket, BucketKey};

use super::{summary, total};

/// Largest number of types shown by name; the others are added up as [`OTHER`].
const MOST_TYPES: usize = 100;
const OTHER: &str = "other";

/// Returns the metrics by job type, the busiest first.
pub(crate) fn by_type(buckets: &[Bucket]) -> Vec<TypeMetrics> {
    let mut totals: BTreeMap<&str, Bucket> = BTreeMap::new();
    for bucket in buckets {
        totals
            .entry(bucket.key.job_type.as_str())
            .or_insert_with(|| Bucket::new(BucketKey::clone(&bucket.key)))
            .merge(bucket);
    }
    let mut totals: Vec<(&str, Bucket)> = totals.into_iter().collect();
    totals.sort_by_key(|(_, bucket)| std::cmp::Reverse(bucket.submitted + bucket.started));
    let rest = totals.split_off(totals.len().min(MOST_TYPES));
    let mut types: Vec<TypeMetrics> = totals
        .iter()
        .map(|(name, bucket)| type_metrics(name, bucket))
        .collect();
    if !rest.is_empty() {
        let rest = total(rest.iter().map(|(_, bucket)| bucket));
        types.push(type_metrics(OTHER, &rest));
    }
    types
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
