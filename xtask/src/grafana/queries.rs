//! Queries that several dashboards use.

/// Returns a quantile of a histogram, for each combination of the labels in `by`, which includes `le`.
pub(super) fn quantile(quantile: &str, by: &str, histogram: &str) -> String {
    let at = histogram.find('{').unwrap_or(histogram.len());
    let (name, selector) = histogram.split_at(at);
    format!(
        "histogram_quantile({quantile}, sum by ({by}) (rate({name}_bucket{selector}[$__rate_interval])))"
    )
}

/// Returns the rate of a counter, summed by these labels.
pub(super) fn rate(by: &str, counter: &str) -> String {
    format!("sum by ({by}) (rate({counter}[$__rate_interval]))")
}

/// Returns the mean of a histogram, for each combination of the labels in `by`.
pub(super) fn mean(by: &str, histogram: &str) -> String {
    format!(
        "sum by ({by}) (rate({histogram}_sum[$__rate_interval])) / sum by ({by}) (rate({histogram}_count[$__rate_interval]))"
    )
}
