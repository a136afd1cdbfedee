use std::fmt;

use prometheus_client::encoding::{
    EncodeCounterValue, EncodeGaugeValue, EncodeMetric, MetricEncoder, NoLabelSet,
};
use prometheus_client::metrics::MetricType;

type Labels = Vec<(&'static str, String)>;
type Read<V> = Box<dyn Fn() -> Vec<(Labels, V)> + Send + Sync>;

/// A gauge family whose values are read when the metrics are rendered.
pub struct ComputedGauge<V>(Read<V>);

/// A counter family whose values are read when the metrics are rendered. They must not decrease.
pub struct ComputedCounter<V>(Read<V>);

impl<V> ComputedGauge<V> {
    /// Creates a family with one series, which has no label but `service`.
    pub fn single(read: impl Fn() -> V + Send + Sync + 'static) -> Self {
        Self::by_labels(move || vec![(Vec::new(), read())])
    }

    /// Creates a family from all its series.
    pub fn by_labels(read: impl Fn() -> Vec<(Labels, V)> + Send + Sync + 'static) -> Self {
        Self(Box::new(read))
    }
}

impl<V> ComputedCounter<V> {
    /// Creates a family with one series, which has no label but `service`.
    pub fn single(read: impl Fn() -> V + Send + Sync + 'static) -> Self {
        Self::by_labels(move || vec![(Vec::new(), read())])
    }

    /// Creates a family from all its series.
    pub fn by_labels(read: impl Fn() -> Vec<(Labels, V)> + Send + Sync + 'static) -> Self {
        Self(Box::new(read))
    }
}

impl<V: EncodeGaugeValue> EncodeMetric for ComputedGauge<V> {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> fmt::Result {
        for (labels, value) in (self.0)() {
            encoder.encode_family(&labels)?.encode_gauge(&value)?;
        }
        Ok(())
    }

    fn metric_type(&self) -> MetricType {
        MetricType::Gauge
    }
}

impl<V: EncodeCounterValue> EncodeMetric for ComputedCounter<V> {
    fn encode(&self, mut encoder: MetricEncoder<'_>) -> fmt::Result {
        for (labels, value) in (self.0)() {
            encoder
                .encode_family(&labels)?
                .encode_counter::<NoLabelSet, _, u64>(&value, None)?;
        }
        Ok(())
    }

    fn metric_type(&self) -> MetricType {
        MetricType::Counter
    }
}

impl<V> fmt::Debug for ComputedGauge<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ComputedGauge")
    }
}

impl<V> fmt::Debug for ComputedCounter<V> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ComputedCounter")
    }
}
