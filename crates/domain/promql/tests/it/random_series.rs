use odd_promql::{Labels, Limits, SeriesStore, stale_marker};
use rand::rngs::StdRng;
use rand::{RngExt, SeedableRng};

/// The start of every recording, in milliseconds since the Unix epoch.
pub(crate) const START_MS: i64 = 1_767_225_600_000;
/// How long recordings are.
pub(crate) const LENGTH_MS: i64 = 2 * 60 * 60 * 1_000;
const INTERVAL_MS: i64 = 15_000;

/// Series with their samples, in order of time.
pub(crate) type Recording = Vec<(Labels, Vec<(i64, f64)>)>;

/// How the values of a series develop.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Shape {
    /// A counter that sometimes restarts at zero.
    Counter,
    /// A value that varies by up to twenty times the scale, and may be negative, infinite or not a number.
    Gauge { scale: f64 },
    /// 1 with times of 0.
    Flag,
    /// A share that does not change.
    Ratio,
}

/// What a series does during a gap.
///
/// Prometheus 2 extrapolates an increase differently from version 3 if the range begins in a gap and the series then has a
/// small value other than zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum DuringGap {
    /// It restarts, so that its first value after the gap is zero.
    Restart,
    /// It continues.
    Continue,
}

/// What a scrape finds of a series.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Scrape {
    Value(f64),
    /// The target does not respond in a way that marks the series.
    Nothing,
    Stale,
}

/// Records each series with gaps and stale markers. Timestamps end in 0, so that no evaluation at a time that does not
/// coincides with a sample.
pub(crate) fn record(
    series: impl IntoIterator<Item = (Labels, Shape)>,
    during_gap: DuringGap,
    seed: u64,
) -> Recording {
    let mut random = StdRng::seed_from_u64(seed);
    let count = usize::try_from(LENGTH_MS / INTERVAL_MS).expect("positive");
    let mut recording = Vec::new();
    for (labels, shape) in series {
        let scrapes = scrapes(shape, during_gap, count, &mut random);
        let offset_ms = random.random_range(0..INTERVAL_MS / 20) * 10;
        let mut samples = Vec::new();
        for (index, scrape) in (0..).zip(scrapes) {
            let jitter_ms = random.random_range(0..10) * 10;
            let at_ms = START_MS + index * INTERVAL_MS + offset_ms + jitter_ms;
            match scrape {
                Scrape::Value(value) => samples.push((at_ms, value)),
                Scrape::Stale => samples.push((at_ms, stale_marker())),
                Scrape::Nothing => {}
            }
        }
        recording.push((labels, samples));
    }
    recording
}

/// Returns a random series.
pub(crate) fn scrapes(
    shape: Shape,
    during_gap: DuringGap,
    count: usize,
    random: &mut StdRng,
) -> Vec<Scrape> {
    let mut scrapes = Vec::new();
    let restarts = shape != Shape::Ratio && during_gap == DuringGap::Restart;
    let mut value = match shape {
        _ if restarts => 0.0,
        Shape::Counter => f64::from(random.random_range(0..2_000)),
        Shape::Gauge { scale } => scale * f64::from(random.random_range(-20..20)),
        Shape::Ratio => f64::from(random.random_range(9_000..=10_000)) / 10_000.0,
        Shape::Flag => 1.0,
    };
    while scrapes.len() < count {
        scrapes.push(Scrape::Value(value));
        value = next(shape, value, random);
        if random.random_range(0..100) == 0 {
            let first = random.random_bool(0.5);
            scrapes.push(if first {
                Scrape::Stale
            } else {
                Scrape::Nothing
            });
            scrapes.extend(vec![Scrape::Nothing; random.random_range(0..40)]);
            value = if restarts { 0.0 } else { value };
        }
    }
    scrapes.truncate(count);
    scrapes
}

fn next(shape: Shape, value: f64, random: &mut StdRng) -> f64 {
    match shape {
        Shape::Counter if random.random_range(0..60) == 0 => 0.0,
        Shape::Counter => value + f64::from(random.random_range(0..5)) * 0.5,
        Shape::Gauge { scale } => match random.random_range(0..300) {
            0 => f64::NAN,
            1 => f64::INFINITY,
            _ if value.is_finite() => value + scale * f64::from(random.random_range(-2..3)),
            _ => 0.0,
        },
        Shape::Flag if random.random_range(0..12) == 0 => 1.0 - value,
        Shape::Flag | Shape::Ratio => value,
    }
}

/// Returns a counter for each bucket of a histogram.
pub(crate) fn histogram(labels: &Labels, bounds: &[f64], seed: u64) -> Recording {
    let mut random = StdRng::seed_from_u64(seed);
    let mut counts = vec![0.0; bounds.len() + 1];
    let mut recording: Recording = bounds
        .iter()
        .map(ToString::to_string)
        .chain(["+Inf".to_owned()])
        .map(|bound| (labels.with("le", &bound), Vec::new()))
        .collect();
    let mut at_ms = START_MS + 10;
    while at_ms < START_MS + LENGTH_MS {
        for ((_, samples), count) in recording.iter_mut().zip(&counts) {
            samples.push((at_ms, *count));
        }
        if random.random_range(0..200) == 0 {
            counts.fill(0.0);
        }
        for _ in 0..random.random_range(0..4) {
            let bucket = random.random_range(0..counts.len());
            counts[bucket..].iter_mut().for_each(|count| *count += 1.0);
        }
        at_ms += INTERVAL_MS;
    }
    recording
}

/// Stores a recording.
pub(crate) fn store(recording: &Recording) -> SeriesStore {
    let mut store = SeriesStore::new(Limits::default());
    for (labels, samples) in recording {
        store.keep(labels.get("__name__"), 2 * LENGTH_MS);
        for (at_ms, value) in samples {
            store.append(labels, *at_ms, *value).expect("stored");
        }
    }
    store
}
