use odd_contracts::DurationSummary;
use odd_core::DurationHistogram;

/// Returns the count and percentiles of a histogram.
pub(crate) fn summary(histogram: &DurationHistogram) -> DurationSummary {
    DurationSummary {
        count: histogram.count(),
        p50_ms: histogram.quantile_ms(0.50),
        p95_ms: histogram.quantile_ms(0.95),
        p99_ms: histogram.quantile_ms(0.99),
    }
}
