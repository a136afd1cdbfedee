use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use odd_contracts::MetricFamily;
use odd_core::{LatencyHistogram, LatencySnapshot};

use crate::exposition::LabelValues;

/// The series of a histogram family. Cheap to clone.
///
/// Callers keep the histogram of a series, so that recording takes no lock.
#[derive(Debug, Clone)]
pub struct HistogramFamily {
    family: &'static MetricFamily,
    series: Arc<RwLock<BTreeMap<LabelValues, Arc<LatencyHistogram>>>>,
}

impl HistogramFamily {
    pub(crate) fn new(family: &'static MetricFamily) -> Self {
        Self {
            family,
            series: Arc::default(),
        }
    }

    /// Returns the histogram of a series, and creates it if necessary. `labels` has the values of the labels in the order
    /// of the contract, without that of `service`.
    ///
    /// # Panics
    /// If the family has another number of labels.
    pub fn series(&self, labels: &[&str]) -> Arc<LatencyHistogram> {
        let values = self.values(labels);
        let mut series = self.series.write().unwrap_or_else(PoisonError::into_inner);
        let created = || Arc::new(LatencyHistogram::new(&self.family.buckets));
        Arc::clone(series.entry(values).or_insert_with(created))
    }

    /// Adds a series that another part of the process records.
    ///
    /// # Panics
    /// As for [`series`](Self::series), and if the histogram has other buckets than the contract.
    pub fn add(&self, labels: &[&str], histogram: Arc<LatencyHistogram>) {
        assert_eq!(histogram.bounds(), self.family.buckets, "{labels:?}");
        let values = self.values(labels);
        let mut series = self.series.write().unwrap_or_else(PoisonError::into_inner);
        series.insert(values, histogram);
    }

    fn values(&self, labels: &[&str]) -> LabelValues {
        assert_eq!(
            labels.len() + 1,
            self.family.labels.len(),
            "the labels of {} are {:?}",
            self.family.name,
            self.family.labels
        );
        labels.iter().map(|&value| value.to_owned()).collect()
    }

    fn snapshots(&self) -> Vec<(LabelValues, LatencySnapshot)> {
        let series = self.series.read().unwrap_or_else(PoisonError::into_inner);
        let series = series.iter();
        series
            .map(|(labels, histogram)| (labels.clone(), histogram.snapshot()))
            .collect()
    }
}

/// Where the series of a histogram family are read from when the metrics are rendered.
pub(crate) struct HistogramSource {
    pub(crate) family: &'static MetricFamily,
    read: Box<dyn Fn() -> Vec<(LabelValues, LatencySnapshot)> + Send + Sync>,
}

impl HistogramSource {
    pub(crate) fn of(family: &HistogramFamily) -> Self {
        let series = family.clone();
        Self {
            family: family.family,
            read: Box::new(move || series.snapshots()),
        }
    }

    /// A family with one series, which has no label but `service`.
    pub(crate) fn single(
        family: &'static MetricFamily,
        read: impl Fn() -> LatencySnapshot + Send + Sync + 'static,
    ) -> Self {
        Self {
            family,
            read: Box::new(move || vec![(Vec::new(), read())]),
        }
    }

    pub(crate) fn read(&self) -> Vec<(LabelValues, LatencySnapshot)> {
        (self.read)()
    }
}

impl fmt::Debug for HistogramSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("HistogramSource")
            .field(&self.family.name)
            .finish()
    }
}
