use std::collections::BTreeMap;

use crate::{Labels, Sample};

/// The label of a bucket that holds its upper bound.
const UPPER_BOUND: &str = "le";

/// A bucket: the observations up to a bound.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Bucket {
    upper_bound: f64,
    count: f64,
}

/// Differences of counts that are smaller, relative to their sum, are rounding errors.
const TOLERANCE: f64 = 1e-12;

/// Estimates a quantile of each histogram among `samples`. A sample without a bound in its label `le` is not a bucket.
pub(crate) fn quantiles(quantile: f64, samples: Vec<Sample>) -> Vec<Sample> {
    let mut histograms: BTreeMap<Labels, Vec<Bucket>> = BTreeMap::new();
    let without = [UPPER_BOUND.to_owned()];
    for sample in samples {
        let Ok(upper_bound) = sample.labels.get(UPPER_BOUND).parse() else {
            continue;
        };
        let labels = sample.labels.without_name().without(&without);
        histograms.entry(labels).or_default().push(Bucket {
            upper_bound,
            count: sample.value,
        });
    }
    histograms
        .into_iter()
        .map(|(labels, buckets)| Sample {
            labels,
            value: estimate(quantile, buckets),
        })
        .collect()
}

/// Estimates a quantile: observations are assumed to be spread evenly in their bucket, and those of the lowest bucket
/// from zero. Source: `BucketQuantile` in `promql/quantile.go` of Prometheus.
fn estimate(quantile: f64, buckets: Vec<Bucket>) -> f64 {
    if quantile.is_nan() {
        return f64::NAN;
    }
    if quantile < 0.0 {
        return f64::NEG_INFINITY;
    }
    if quantile > 1.0 {
        return f64::INFINITY;
    }
    let Some(buckets) = cumulative(buckets) else {
        return f64::NAN;
    };
    let (last, lower) = buckets.split_last().expect("at least two buckets");
    let rank = quantile * last.count;
    let index = lower.partition_point(|bucket| !reaches(bucket.count, rank));
    if index == lower.len() {
        return lower[lower.len() - 1].upper_bound;
    }
    let bucket = lower[index];
    if index == 0 && bucket.upper_bound <= 0.0 {
        return bucket.upper_bound;
    }
    let below = match index {
        0 => Bucket {
            upper_bound: 0.0,
            count: 0.0,
        },
        _ => lower[index - 1],
    };
    let share = (rank - below.count) / (bucket.count - below.count);
    below.upper_bound + (bucket.upper_bound - below.upper_bound) * share
}

/// Returns the buckets in order, with counts that do not decrease. Returns `None` when no quantile can be estimated:
/// without the bucket of all observations, without another bucket, or without observations.
fn cumulative(mut buckets: Vec<Bucket>) -> Option<Vec<Bucket>> {
    buckets.sort_by(|one, other| one.upper_bound.total_cmp(&other.upper_bound));
    if buckets.last()?.upper_bound != f64::INFINITY {
        return None;
    }
    let mut merged: Vec<Bucket> = Vec::with_capacity(buckets.len());
    for bucket in buckets {
        match merged.last_mut() {
            Some(last) if last.upper_bound == bucket.upper_bound => last.count += bucket.count,
            _ => merged.push(bucket),
        }
    }
    let mut previous = merged[0].count;
    for bucket in &mut merged[1..] {
        if bucket.count < previous || is_rounding_error(previous, bucket.count) {
            bucket.count = previous;
        }
        previous = bucket.count;
    }
    (merged.len() >= 2 && previous != 0.0).then_some(merged)
}

fn reaches(count: f64, rank: f64) -> bool {
    count >= rank
}

fn is_rounding_error(one: f64, other: f64) -> bool {
    let sum = one.abs() + other.abs();
    let difference = (one - other).abs();
    sum > 0.0 && difference / sum.min(f64::MAX) < TOLERANCE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn histogram(buckets: &[(f64, f64)]) -> Vec<Bucket> {
        let buckets = buckets.iter();
        buckets
            .map(|&(upper_bound, count)| Bucket { upper_bound, count })
            .collect()
    }

    const INF: f64 = f64::INFINITY;

    #[test]
    fn quantile_is_interpolated_in_its_bucket() {
        let buckets = histogram(&[(INF, 110.0), (1.0, 50.0), (2.0, 100.0), (4.0, 100.0)]);
        for (quantile, expected) in [
            (0.0, 0.0),
            (0.25, 0.55),
            (0.5, 1.1),
            (0.75, 1.65),
            (0.95, 4.0),
            (1.0, 4.0),
            (-0.1, f64::NEG_INFINITY),
            (1.1, INF),
        ] {
            let estimated = estimate(quantile, buckets.clone());
            assert!(
                estimated == expected || (estimated - expected).abs() < 1e-12,
                "{quantile}: {estimated}"
            );
        }
        assert!(estimate(f64::NAN, buckets).is_nan());
    }

    #[test]
    fn lowest_bucket_below_zero_is_its_bound() {
        let buckets = histogram(&[(-1.0, 10.0), (1.0, 12.0), (INF, 12.0)]);
        assert_eq!(estimate(0.5, buckets), -1.0);
    }

    #[test]
    fn incomplete_histograms_have_no_quantile() {
        for buckets in [
            &[(1.0, 5.0), (2.0, 6.0)][..],
            &[(INF, 6.0)],
            &[(1.0, 0.0), (INF, 0.0)],
        ] {
            assert!(estimate(0.5, histogram(buckets)).is_nan(), "{buckets:?}");
        }
    }

    #[test]
    fn counts_that_decrease_are_raised() {
        let buckets = histogram(&[(1.0, 10.0), (2.0, 8.0), (INF, 10.0 - 1e-13)]);
        let counts: Vec<f64> = cumulative(buckets)
            .expect("complete")
            .iter()
            .map(|bucket| bucket.count)
            .collect();
        assert_eq!(counts, [10.0, 10.0, 10.0]);
    }

    #[test]
    fn samples_without_a_bound_are_left_out() {
        let sample = |bound: &str, value| Sample {
            labels: Labels::new([("__name__", "b"), ("le", bound), ("type", "echo")]),
            value,
        };
        let samples = vec![
            sample("1", 5.0),
            sample("+Inf", 10.0),
            sample("wrong", 90.0),
            sample("", 90.0),
        ];
        let quantiles = quantiles(0.25, samples);
        assert_eq!(quantiles.len(), 1);
        assert_eq!(quantiles[0].labels, Labels::new([("type", "echo")]));
        assert_eq!(quantiles[0].value, 0.5);
    }
}
