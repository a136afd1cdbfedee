//! The text formats of metrics: which of them a client prefers, and their lines.

use std::fmt::Write;

use axum::http::HeaderMap;
use axum::http::header::ACCEPT;
use odd_contracts::{MetricContract, MetricFamily, MetricKind};
use odd_core::{Exemplar, LatencySnapshot};

/// A text format of metrics.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Exposition {
    /// OpenMetrics 1.0: with units and exemplars.
    OpenMetrics,
    /// Version 0.0.4 of Prometheus' own format, for every other client.
    Prometheus,
}

impl Exposition {
    /// Returns the format that the client prefers. OpenMetrics must be named, because many clients that accept anything
    /// read only the older format.
    pub(crate) fn preferred(headers: &HeaderMap) -> Self {
        let (mut open_metrics, mut other) = (0.0_f32, 0.0_f32);
        let values = headers.get_all(ACCEPT).iter();
        for range in values
            .filter_map(|value| value.to_str().ok())
            .flat_map(|text| text.split(','))
        {
            let (name, weight) = weighted(range);
            if name.eq_ignore_ascii_case("application/openmetrics-text") {
                open_metrics = open_metrics.max(weight);
            } else if name.eq_ignore_ascii_case("text/plain") {
                other = other.max(weight);
            }
        }
        match open_metrics > 0.0 && open_metrics >= other {
            true => Self::OpenMetrics,
            false => Self::Prometheus,
        }
    }

    /// Returns the media type of the format.
    pub(crate) const fn media_type(self) -> &'static str {
        match self {
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
            Self::Prometheus => "text/plain; version=0.0.4; charset=utf-8",
        }
    }
}

/// Returns the media type of an item of `Accept`, and its weight. A weight that cannot be read excludes the type.
fn weighted(range: &str) -> (&str, f32) {
    let mut parts = range.split(';').map(str::trim);
    let name = parts.next().unwrap_or_default();
    let weight = parts.find_map(|parameter| {
        let (key, value) = parameter.split_once('=')?;
        key.trim()
            .eq_ignore_ascii_case("q")
            .then(|| value.trim().parse().unwrap_or(0.0))
    });
    (name, weight.unwrap_or(1.0))
}

/// Converts OpenMetrics text without exemplars to the older format: counters are declared with their suffix, and there
/// are no units and no end marker.
pub(crate) fn to_prometheus(open_metrics: &str) -> String {
    let mut text = String::with_capacity(open_metrics.len());
    for line in open_metrics.lines() {
        if line == "# EOF" || line.starts_with("# UNIT ") {
            continue;
        }
        match declared_counter(line) {
            Some((start, rest)) => {
                text.push_str(start);
                text.push_str("_total");
                text.push_str(rest);
            }
            None => text.push_str(line),
        }
        text.push('\n');
    }
    text
}

/// Splits the line that describes a counter after the name of the counter.
fn declared_counter(line: &str) -> Option<(&str, &str)> {
    let described = line
        .strip_prefix("# HELP ")
        .or_else(|| line.strip_prefix("# TYPE "))?;
    let (name, _) = described.split_once(' ')?;
    let family = MetricContract::current().family(name)?;
    let end = line.len() - described.len() + name.len();
    (family.kind == MetricKind::Counter).then(|| line.split_at(end))
}

/// Label values of one series, in the order of the labels of its family, without that of `service`.
pub(crate) type LabelValues = Vec<String>;

/// Writes a histogram family. Writes nothing if there are no series.
pub(crate) fn write_histograms(
    text: &mut String,
    format: Exposition,
    family: &MetricFamily,
    service: &str,
    series: &[(LabelValues, LatencySnapshot)],
) {
    if series.is_empty() {
        return;
    }
    let name = &family.name;
    line(text, format_args!("# HELP {name} {}.", family.help));
    line(text, format_args!("# TYPE {name} {}", family.kind.as_str()));
    if let (Some(unit), Exposition::OpenMetrics) = (&family.unit, format) {
        line(text, format_args!("# UNIT {name} {unit}"));
    }
    for (values, snapshot) in series {
        let labels = labels(family, service, values);
        write_series(text, format, family, &labels, snapshot);
    }
}

fn write_series(
    text: &mut String,
    format: Exposition,
    family: &MetricFamily,
    labels: &str,
    snapshot: &LatencySnapshot,
) {
    let name = &family.name;
    let mut count = 0;
    for (bucket, observations) in snapshot.counts.iter().enumerate() {
        count += observations;
        let bound = family.buckets.get(bucket);
        let bound = bound.map_or_else(|| "+Inf".to_owned(), |bound| format!("{bound:?}"));
        let exemplar = snapshot.exemplars.get(bucket).copied().flatten();
        let exemplar = exemplar.filter(|_| format == Exposition::OpenMetrics);
        let exemplar = exemplar.map(exemplar_text).unwrap_or_default();
        line(
            text,
            format_args!("{name}_bucket{{{labels},le=\"{bound}\"}} {count}{exemplar}"),
        );
    }
    line(
        text,
        format_args!("{name}_sum{{{labels}}} {:?}", snapshot.sum),
    );
    line(text, format_args!("{name}_count{{{labels}}} {count}"));
}

fn exemplar_text(exemplar: Exemplar) -> String {
    #[expect(
        clippy::cast_precision_loss,
        reason = "microseconds of this century are below 2^53"
    )]
    let at = exemplar.at.as_micros() as f64 / 1e6;
    format!(
        " # {{trace_id=\"{}\"}} {:?} {at:.3}",
        exemplar.trace_id, exemplar.seconds
    )
}

fn labels(family: &MetricFamily, service: &str, values: &LabelValues) -> String {
    let mut text = format!("service=\"{}\"", escape(service));
    let names = family.labels.iter().filter(|name| *name != "service");
    for (name, value) in names.zip(values) {
        let _ = write!(text, ",{name}=\"{}\"", escape(value));
    }
    text
}

fn escape(value: &str) -> String {
    value
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n")
}

fn line(text: &mut String, line: std::fmt::Arguments<'_>) {
    writeln!(text, "{line}").expect("writing to a String does not fail");
}

#[cfg(test)]
mod tests {
    use odd_contracts::Timestamp;
    use odd_core::{LatencyHistogram, TraceId};

    use super::*;

    fn preferred(accept: &str) -> Exposition {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, accept.parse().expect("legal"));
        Exposition::preferred(&headers)
    }

    #[test]
    fn open_metrics_is_sent_to_clients_that_prefer_it() {
        for accept in [
            "application/openmetrics-text",
            "application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.2,*/*;q=0.1",
            "text/plain;q=0.5, Application/OpenMetrics-Text; Q=0.5",
        ] {
            assert_eq!(preferred(accept), Exposition::OpenMetrics, "{accept}");
        }
        for accept in [
            "*/*",
            "text/html, */*;q=0.8",
            "text/plain",
            "application/openmetrics-text;q=0.3, text/plain;q=0.6",
            "application/openmetrics-text;q=0",
            "application/openmetrics-text;q=much",
        ] {
            assert_eq!(preferred(accept), Exposition::Prometheus, "{accept}");
        }
        let silent = HeaderMap::new();
        assert_eq!(Exposition::preferred(&silent), Exposition::Prometheus);
    }

    #[test]
    fn older_format_declares_counters_with_their_suffix() {
        let text = "# HELP process_cpu_seconds Help.\n# TYPE process_cpu_seconds counter\n\
                    # UNIT process_cpu_seconds seconds\nprocess_cpu_seconds_total{service=\"x\"} 1.5\n\
                    # TYPE process_open_fds gauge\nprocess_open_fds{service=\"x\"} 3\n# EOF\n";
        assert_eq!(
            to_prometheus(text),
            "# HELP process_cpu_seconds_total Help.\n# TYPE process_cpu_seconds_total counter\n\
             process_cpu_seconds_total{service=\"x\"} 1.5\n\
             # TYPE process_open_fds gauge\nprocess_open_fds{service=\"x\"} 3\n"
        );
    }

    fn rendered(format: Exposition) -> String {
        let name = "observatory_job_stage_seconds";
        let histogram = LatencyHistogram::of_family(name);
        histogram.observe(0.0002, None);
        let at = Timestamp::from_micros(1_500_000);
        histogram.observe(2.0, Some((TraceId([1; 16]), at)));
        let family = MetricContract::current().family(name).expect("known");
        let series = [(vec!["say \"hi\"".to_owned()], histogram.snapshot())];
        let mut text = String::new();
        write_histograms(&mut text, format, family, "gateway", &series);
        text
    }

    #[test]
    fn buckets_are_cumulative_and_exemplars_follow_their_bucket() {
        let text = rendered(Exposition::OpenMetrics);
        let labels = r#"service="gateway",stage="say \"hi\"""#;
        let name = "observatory_job_stage_seconds";
        for line in [
            format!("# UNIT {name} seconds"),
            format!("{name}_bucket{{{labels},le=\"0.0001\"}} 0"),
            format!("{name}_bucket{{{labels},le=\"0.00025\"}} 1"),
            format!("{name}_bucket{{{labels},le=\"1.0\"}} 1"),
            format!(
                "{name}_bucket{{{labels},le=\"2.5\"}} 2 # {{trace_id=\"{}\"}} 2.0 1.500",
                "01".repeat(16)
            ),
            format!("{name}_bucket{{{labels},le=\"+Inf\"}} 2"),
            format!("{name}_sum{{{labels}}} 2.0002"),
            format!("{name}_count{{{labels}}} 2"),
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
    }

    #[test]
    fn older_format_has_neither_exemplars_nor_units() {
        let text = rendered(Exposition::Prometheus);
        assert!(
            !text.contains("trace_id") && !text.contains("# UNIT"),
            "{text}"
        );
    }
}
