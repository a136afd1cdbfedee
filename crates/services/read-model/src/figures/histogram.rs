use std::collections::BTreeMap;

use odd_contracts::{Histogram, HistogramBucket};
use odd_core::DurationHistogram;

/// Bounds of a histogram that is shown: powers of two from this one up to [`MAX_BUCKETS`] of them.
const SMALLEST_MS: f64 = 0.01;

/// Most buckets with an upper bound: up to 89 minutes.
const MAX_BUCKETS: u16 = 30;

/// Returns a histogram in octaves, from the one of the shortest duration to that of the longest. The last bucket contains
/// longer durations than the bounds reach.
pub(crate) fn histogram(durations: &DurationHistogram) -> Histogram {
    let mut octaves: BTreeMap<u16, u64> = BTreeMap::new();
    for (class, count) in durations.classes() {
        let octave = class.div_ceil(DurationHistogram::CLASSES_PER_OCTAVE);
        *octaves.entry(octave.min(MAX_BUCKETS)).or_default() += count;
    }
    let longer = octaves.remove(&MAX_BUCKETS).unwrap_or(0);
    let first = octaves.keys().next().copied().unwrap_or(0);
    let end = octaves.keys().next_back().map_or(0, |last| last + 1);
    let bounded = (first..end).map(|octave| HistogramBucket {
        up_to_ms: Some(SMALLEST_MS * f64::from(octave).exp2()),
        count: octaves.get(&octave).copied().unwrap_or(0),
    });
    let longer = HistogramBucket {
        up_to_ms: None,
        count: longer,
    };
    Histogram {
        buckets: bounded.chain([longer]).collect(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(durations: &[f64]) -> Vec<(Option<f64>, u64)> {
        let mut recorded = DurationHistogram::default();
        durations.iter().for_each(|ms| recorded.record(*ms));
        let buckets = histogram(&recorded).buckets.into_iter();
        buckets
            .map(|bucket| (bucket.up_to_ms, bucket.count))
            .collect()
    }

    #[test]
    fn buckets_have_no_gaps_and_contain_their_durations() {
        assert_eq!(
            shown(&[1.0, 1.28, 1.29, 9.0]),
            [
                (Some(1.28), 2),
                (Some(2.56), 1),
                (Some(5.12), 0),
                (Some(10.24), 1),
                (None, 0)
            ]
        );
    }

    #[test]
    fn last_bucket_has_no_bound() {
        assert_eq!(shown(&[]), [(None, 0)]);
        assert_eq!(shown(&[1e9]), [(None, 1)]);
    }
}
