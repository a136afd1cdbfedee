use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use odd_contracts::{MetricContract, Timestamp, TraceContext};

/// Identifies the trace that an observation belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct TraceId(pub [u8; 16]);

impl fmt::Display for TraceId {
    /// Writes 32 lower-case hexadecimal digits, as in W3C Trace Context.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}", u128::from_be_bytes(self.0))
    }
}

impl From<TraceContext> for TraceId {
    fn from(context: TraceContext) -> Self {
        Self(context.trace_id())
    }
}

/// An observation that points to a trace.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exemplar {
    /// The trace.
    pub trace_id: TraceId,
    /// The observed seconds.
    pub seconds: f64,
    /// Time of the observation.
    pub at: Timestamp,
}

/// Counts durations by size. Threads record without a lock, because several histograms are updated for every job.
///
/// A reader may see an observation in the sum and not yet in a bucket, or the other way round.
pub struct LatencyHistogram {
    bounds: &'static [f64],
    counts: Box<[AtomicU64]>,
    /// The bits of an `f64`.
    sum: AtomicU64,
    exemplars: Mutex<Vec<Option<Exemplar>>>,
}

/// The content of a [`LatencyHistogram`] at one time.
#[derive(Debug, Clone, PartialEq)]
pub struct LatencySnapshot {
    /// Observations in each bucket, not added up; the last bucket has no upper bound.
    pub counts: Vec<u64>,
    /// Sum of all observations, in seconds.
    pub sum: f64,
    /// The last exemplar of each bucket. Empty if there never was one.
    pub exemplars: Vec<Option<Exemplar>>,
}

impl LatencyHistogram {
    /// Creates an empty histogram whose buckets have these upper bounds, in seconds and in ascending order, and one
    /// without a bound.
    pub fn new(bounds: &'static [f64]) -> Self {
        Self {
            bounds,
            counts: (0..=bounds.len()).map(|_| AtomicU64::new(0)).collect(),
            sum: AtomicU64::new(0),
            exemplars: Mutex::default(),
        }
    }

    /// Creates an empty histogram with the buckets of a family in the metric contract.
    ///
    /// # Panics
    /// If the contract has no such family.
    pub fn of_family(name: &str) -> Self {
        let family = MetricContract::current().family(name);
        let family = family.unwrap_or_else(|| panic!("{name} is not in contracts/metrics.json"));
        Self::new(&family.buckets)
    }

    /// Returns the upper bounds of the buckets, except infinity.
    pub fn bounds(&self) -> &'static [f64] {
        self.bounds
    }

    /// Adds one observation. `exemplar` replaces the last exemplar of its bucket.
    pub fn observe(&self, seconds: f64, exemplar: Option<(TraceId, Timestamp)>) {
        let bucket = self.add(seconds, 1);
        if let Some((trace_id, at)) = exemplar {
            let mut exemplars = self.lock();
            exemplars.resize(self.counts.len(), None);
            exemplars[bucket] = Some(Exemplar {
                trace_id,
                seconds,
                at,
            });
        }
    }

    /// Adds the same observation `times` times.
    pub fn observe_many(&self, seconds: f64, times: u64) {
        if times > 0 {
            self.add(seconds, times);
        }
    }

    /// Adds the same observation `times` times, one of them with an exemplar.
    pub fn observe_group(&self, seconds: f64, times: u64, exemplar: Option<(TraceId, Timestamp)>) {
        if times > 0 && exemplar.is_some() {
            self.observe(seconds, exemplar);
            self.observe_many(seconds, times - 1);
        } else {
            self.observe_many(seconds, times);
        }
    }

    /// Returns the current content.
    pub fn snapshot(&self) -> LatencySnapshot {
        let counts = self.counts.iter();
        LatencySnapshot {
            counts: counts.map(|count| count.load(Ordering::Relaxed)).collect(),
            sum: f64::from_bits(self.sum.load(Ordering::Relaxed)),
            exemplars: self.lock().clone(),
        }
    }

    fn add(&self, seconds: f64, times: u64) -> usize {
        let (seconds, bucket) = self.bucket_of(seconds);
        #[expect(
            clippy::cast_precision_loss,
            reason = "nothing is observed 2^53 times at once"
        )]
        self.add_to_bucket(bucket, times, seconds * times as f64);
        bucket
    }

    /// Returns the value that is counted for `seconds`, and its bucket.
    fn bucket_of(&self, seconds: f64) -> (f64, usize) {
        // A clock that was set back must not make the sum decrease.
        let seconds = seconds.max(0.0);
        (
            seconds,
            self.bounds.partition_point(|bound| *bound < seconds),
        )
    }

    fn add_to_bucket(&self, bucket: usize, times: u64, added: f64) {
        self.counts[bucket].fetch_add(times, Ordering::Relaxed);
        let mut sum = self.sum.load(Ordering::Relaxed);
        loop {
            let new = (f64::from_bits(sum) + added).to_bits();
            let exchanged =
                self.sum
                    .compare_exchange_weak(sum, new, Ordering::Relaxed, Ordering::Relaxed);
            match exchanged {
                Ok(_) => return,
                Err(present) => sum = present,
            }
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Vec<Option<Exemplar>>> {
        self.exemplars
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

/// Observations of one thread that are added to a histogram together, when it is flushed or dropped. Jobs that finish in a
/// group mostly share a bucket, so a group costs one addition instead of one for each job.
#[derive(Debug)]
pub struct LatencyBatch {
    histogram: Arc<LatencyHistogram>,
    /// The bucket of the observations that wait to be added.
    bucket: usize,
    times: u64,
    sum: f64,
}

impl LatencyBatch {
    /// Creates an empty batch for a histogram.
    pub fn new(histogram: Arc<LatencyHistogram>) -> Self {
        Self {
            histogram,
            bucket: 0,
            times: 0,
            sum: 0.0,
        }
    }

    /// Counts `seconds`. A value with an exemplar is added at once, see [`LatencyHistogram::observe`].
    pub fn observe(&mut self, seconds: f64, exemplar: Option<(TraceId, Timestamp)>) {
        if exemplar.is_some() {
            return self.histogram.observe(seconds, exemplar);
        }
        let (seconds, bucket) = self.histogram.bucket_of(seconds);
        if bucket != self.bucket {
            self.flush();
            self.bucket = bucket;
        }
        self.times += 1;
        self.sum += seconds;
    }

    /// Adds what was counted to the histogram.
    pub fn flush(&mut self) {
        if self.times > 0 {
            self.histogram
                .add_to_bucket(self.bucket, self.times, self.sum);
            (self.times, self.sum) = (0, 0.0);
        }
    }
}

impl Drop for LatencyBatch {
    fn drop(&mut self) {
        self.flush();
    }
}

impl fmt::Debug for LatencyHistogram {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LatencyHistogram")
            .field(&self.snapshot())
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: &[f64] = &[0.1, 1.0];

    #[test]
    fn observation_on_a_bound_belongs_to_the_bucket_below() {
        let histogram = LatencyHistogram::new(BOUNDS);
        histogram.observe(0.1, None);
        histogram.observe_many(0.5, 3);
        histogram.observe(7.0, None);
        histogram.observe(-1.0, None);
        let snapshot = histogram.snapshot();
        assert_eq!(snapshot.counts, [2, 3, 1]);
        assert!((snapshot.sum - 8.6).abs() < 1e-9, "{snapshot:?}");
        assert!(snapshot.exemplars.is_empty());
    }

    #[test]
    fn each_bucket_keeps_its_last_exemplar() {
        let histogram = LatencyHistogram::new(BOUNDS);
        let at = Timestamp::from_micros(1);
        for (seconds, trace) in [(0.01, 1), (0.02, 2), (5.0, 3)] {
            histogram.observe(seconds, Some((TraceId([trace; 16]), at)));
        }
        let exemplars = histogram.snapshot().exemplars;
        let traces = exemplars
            .iter()
            .map(|found| found.map(|exemplar| exemplar.trace_id.0[0]));
        assert_eq!(traces.collect::<Vec<_>>(), [Some(2), None, Some(3)]);
        assert_eq!(TraceId([0xab; 16]).to_string(), "ab".repeat(16));
    }

    #[test]
    fn threads_do_not_lose_observations() {
        let histogram = LatencyHistogram::new(BOUNDS);
        std::thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| (0..1_000).for_each(|_| histogram.observe(0.5, None)));
            }
        });
        let snapshot = histogram.snapshot();
        assert_eq!(snapshot.counts, [0, 4_000, 0]);
        assert!((snapshot.sum - 2_000.0).abs() < 1e-6, "{snapshot:?}");
    }

    #[test]
    fn batch_counts_as_single_observations_do() {
        let single = LatencyHistogram::new(BOUNDS);
        let batched = Arc::new(LatencyHistogram::new(BOUNDS));
        let mut batch = LatencyBatch::new(batched.clone());
        let exemplar = (TraceId([3; 16]), Timestamp::from_micros(7));
        for (seconds, exemplar) in [
            (0.05, None),
            (0.25, None),
            (0.5, None),
            (0.5, Some(exemplar)),
            (-1.0, None),
            (8.0, None),
        ] {
            single.observe(seconds, exemplar);
            batch.observe(seconds, exemplar);
        }
        drop(batch);
        let (single, batched) = (single.snapshot(), batched.snapshot());
        assert_eq!(single.counts, batched.counts);
        assert_eq!(single.exemplars, batched.exemplars);
        assert!((single.sum - batched.sum).abs() < 1e-9);
    }

    #[test]
    fn group_with_an_exemplar_is_counted_once() {
        let histogram = LatencyHistogram::new(&[1.0]);
        let exemplar = (TraceId([3; 16]), Timestamp::from_micros(7));
        histogram.observe_group(0.5, 4, Some(exemplar));
        histogram.observe_group(0.25, 2, None);
        histogram.observe_group(0.5, 0, Some(exemplar));
        let snapshot = histogram.snapshot();
        assert_eq!((snapshot.counts, snapshot.sum), (vec![6, 0], 2.5));
        let found = snapshot.exemplars[0].expect("an exemplar");
        assert_eq!((found.trace_id, found.seconds), (exemplar.0, 0.5));
    }
}
