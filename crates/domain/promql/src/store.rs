use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use crate::ast::Selector;
use crate::sample::{Point, is_stale_marker};
use crate::{Labels, METRIC_NAME, Sample};

/// How old the latest value of a series may be for an instant selector, in milliseconds: that of Prometheus.
pub(crate) const LOOKBACK_MS: i64 = 5 * 60 * 1_000;

/// Samples in memory, per series and in order of time.
///
/// Only the families that [`SeriesStore::keep`] names are stored, each for its window. The memory is bounded by
/// [`Limits`]: a sample takes 16 bytes, with up to as much for growth.
#[derive(Debug)]
pub struct SeriesStore {
    limits: Limits,
    families: HashMap<String, Family>,
    series: usize,
    samples: usize,
}

/// The bounds of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The largest number of series. Further series are refused.
    pub max_series: usize,
    /// The largest number of samples. Further samples replace the oldest ones of their series.
    pub max_samples: usize,
}

impl Default for Limits {
    /// Returns limits for 64 MB: 20,000 series and 2,000,000 samples.
    fn default() -> Self {
        Self {
            max_series: 20_000,
            max_samples: 2_000_000,
        }
    }
}

/// Why a sample is not stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum AppendError {
    /// No expression needs the metric.
    #[error("the metric is not kept")]
    NotKept,
    /// The series has a sample of that time or later.
    #[error("the series has a later sample")]
    OutOfOrder,
    /// The store has as many series or samples as it may hold.
    #[error("the store is full")]
    Full,
}

/// The series of a metric.
#[derive(Debug, Default)]
struct Family {
    window_ms: i64,
    series: BTreeMap<Labels, Vec<Point>>,
}

impl SeriesStore {
    /// Creates an empty store.
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            families: HashMap::new(),
            series: 0,
            samples: 0,
        }
    }

    /// Keeps samples of `metric` for `window_ms`, or for longer if that was requested before.
    pub fn keep(&mut self, metric: &str, window_ms: i64) {
        let family = self.families.entry(metric.to_owned()).or_default();
        family.window_ms = family.window_ms.max(window_ms);
    }

    /// Returns `true` when samples of `metric` are stored.
    pub fn keeps(&self, metric: &str) -> bool {
        self.families.contains_key(metric)
    }

    /// Returns the number of series.
    pub fn series(&self) -> usize {
        self.series
    }

    /// Returns the number of samples.
    pub fn samples(&self) -> usize {
        self.samples
    }

    /// Stores a sample. The metric is the label [`METRIC_NAME`].
    ///
    /// # Errors
    /// When the sample is not stored.
    pub fn append(&mut self, labels: &Labels, at_ms: i64, value: f64) -> Result<(), AppendError> {
        let family = self.families.get_mut(labels.get(METRIC_NAME));
        let family = family.ok_or(AppendError::NotKept)?;
        if !family.series.contains_key(labels) {
            if self.series >= self.limits.max_series || self.samples >= self.limits.max_samples {
                return Err(AppendError::Full);
            }
            family.series.insert(labels.clone(), Vec::new());
            self.series += 1;
        }
        let points = family.series.entry(labels.clone()).or_default();
        if points.last().is_some_and(|last| last.at_ms >= at_ms) {
            return Err(AppendError::OutOfOrder);
        }
        let mut dropped = expired(points, at_ms - family.window_ms);
        if dropped * 4 < points.len() {
            dropped = 0;
        }
        if dropped == 0 && self.samples >= self.limits.max_samples {
            // Several at once, because the rest is moved.
            dropped = points.len().div_ceil(8);
        }
        points.drain(..dropped);
        points.push(Point { at_ms, value });
        self.samples = self.samples + 1 - dropped;
        Ok(())
    }

    /// Drops samples that no evaluation at `now_ms` or later reads, and series without samples.
    pub fn prune(&mut self, now_ms: i64) {
        for family in self.families.values_mut() {
            let oldest_ms = now_ms - family.window_ms;
            family.series.retain(|_, points| {
                let dropped = expired(points, oldest_ms);
                points.drain(..dropped);
                self.samples -= dropped;
                self.series -= usize::from(points.is_empty());
                !points.is_empty()
            });
        }
    }

    /// Returns the value of each selected series: the latest one that is not older than [`LOOKBACK_MS`].
    pub(crate) fn instant(&self, selector: &Selector, at_ms: i64) -> Vec<Sample> {
        let value = |points: &[Point]| {
            let last = *points.last()?;
            (!is_stale_marker(last.value)).then_some(last.value)
        };
        self.select(selector, at_ms, LOOKBACK_MS, value, Clone::clone)
    }

    /// Computes a value from the points of each selected series in a range, which excludes its start. The result has no
    /// metric names.
    pub(crate) fn range(
        &self,
        selector: &Selector,
        at_ms: i64,
        range_ms: i64,
        compute: impl Fn(&[Point]) -> Option<f64>,
    ) -> Vec<Sample> {
        let compute = |points: &[Point]| compute(&without_stale_markers(points));
        self.select(selector, at_ms, range_ms, compute, Labels::without_name)
    }

    fn select(
        &self,
        selector: &Selector,
        at_ms: i64,
        window_ms: i64,
        compute: impl Fn(&[Point]) -> Option<f64>,
        name: impl Fn(&Labels) -> Labels,
    ) -> Vec<Sample> {
        let Some(family) = self.families.get(&selector.metric) else {
            return Vec::new();
        };
        let accepted = |labels: &Labels| {
            let mut matchers = selector.matchers.iter();
            matchers.all(|matcher| matcher.accepts(labels.get(&matcher.label)))
        };
        let series = family.series.iter();
        series
            .filter(|(labels, _)| accepted(labels))
            .filter_map(|(labels, points)| {
                let points = window(points, at_ms - window_ms, at_ms);
                compute(points).map(|value| Sample {
                    labels: name(labels),
                    value,
                })
            })
            .collect()
    }
}

/// Returns how many points are at `oldest_ms` or earlier.
fn expired(points: &[Point], oldest_ms: i64) -> usize {
    points.partition_point(|point| point.at_ms <= oldest_ms)
}

/// Returns the points after `after_ms`, up to `until_ms`.
fn window(points: &[Point], after_ms: i64, until_ms: i64) -> &[Point] {
    let end = points.partition_point(|point| point.at_ms <= until_ms);
    &points[expired(points, after_ms).min(end)..end]
}

fn without_stale_markers(points: &[Point]) -> Cow<'_, [Point]> {
    if points.iter().any(|point| is_stale_marker(point.value)) {
        let numbers = points.iter().copied();
        return numbers
            .filter(|point| !is_stale_marker(point.value))
            .collect();
    }
    Cow::Borrowed(points)
}
