use crate::Labels;

/// The value of a series at the time of an evaluation.
#[derive(Debug, Clone, PartialEq)]
pub struct Sample {
    /// The labels, possibly without the name of a metric.
    pub labels: Labels,
    /// The value.
    pub value: f64,
}

/// A recorded value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Point {
    /// Milliseconds since the Unix epoch.
    pub(crate) at_ms: i64,
    pub(crate) value: f64,
}

/// The bits of the value that marks the end of a series. Source: `model/value` in Prometheus.
const STALE_BITS: u64 = 0x7ff0_0000_0000_0002;

/// Returns the value that marks the end of a series: from then on, the series has no value.
pub fn stale_marker() -> f64 {
    f64::from_bits(STALE_BITS)
}

/// Returns `true` for [`stale_marker`], and `false` for every other value that is not a number.
pub(crate) fn is_stale_marker(value: f64) -> bool {
    value.to_bits() == STALE_BITS
}
