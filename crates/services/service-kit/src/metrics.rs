use odd_contracts::{MetricContract, MetricFamily, MetricKind};
use odd_core::LatencySnapshot;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::encoding::text::{encode_eof, encode_registry};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Metric, Registry, Unit};

use crate::exposition::{Exposition, to_prometheus, write_histograms};
use crate::metrics_histogram::{HistogramFamily, HistogramSource};
use crate::metrics_http::HttpMetrics;
use crate::metrics_process::process_metrics;
use crate::{Route, ServiceInfo};

/// All metric families of one role. Each carries the label `service`.
///
/// Their types, units, help texts and buckets come from the [`MetricContract`]; the code names the families only.
#[derive(Debug)]
pub struct Metrics {
    service: &'static str,
    registry: Registry,
    histograms: Vec<HistogramSource>,
    pub(crate) http: HttpMetrics,
    dependency_up: Family<Dependency, Gauge>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Dependency {
    dependency: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Build {
    version: String,
    commit: String,
}

impl Metrics {
    /// Creates the families that every role has: build, process, dependencies and HTTP.
    pub fn new(info: &ServiceInfo) -> Self {
        let service = [("service".into(), info.service.into())];
        let mut metrics = Self {
            service: info.service,
            registry: Registry::with_labels(service.into_iter()),
            histograms: Vec::new(),
            http: HttpMetrics::default(),
            dependency_up: Family::default(),
        };
        let build = Family::<Build, Gauge>::default();
        build
            .get_or_create(&Build {
                version: info.version.clone(),
                commit: info.commit.clone(),
            })
            .set(1);
        metrics.register("observatory_build_info", build);
        metrics.register("observatory_dependency_up", metrics.dependency_up.clone());
        metrics.register(
            "observatory_http_request_duration_seconds",
            metrics.http.durations.clone(),
        );
        let process = process_metrics();
        for (name, counter) in process.counters {
            metrics.register(name, counter);
        }
        for (name, gauge) in process.gauges {
            metrics.register(name, gauge);
        }
        metrics
    }

    /// Adds a family of the role. `name` has its unit, and no suffix `_total`: counters get it automatically.
    ///
    /// # Panics
    /// If the contract has no such family, or another role exports it, or it has another type.
    pub fn register(&mut self, name: &str, metric: impl Metric) {
        let family = self.family(name);
        assert_eq!(
            metric.metric_type().as_str(),
            family.kind.as_str(),
            "{name}"
        );
        match &family.unit {
            None => self.registry.register(name, &*family.help, metric),
            Some(unit) => {
                let unit = Unit::Other(unit.clone());
                let name = family.base_name();
                self.registry
                    .register_with_unit(name, &*family.help, unit, metric);
            }
        }
    }

    /// Adds a histogram family of the role.
    ///
    /// # Panics
    /// As for [`register`](Self::register).
    pub fn histograms(&mut self, name: &str) -> HistogramFamily {
        let family = HistogramFamily::new(self.histogram(name));
        self.histograms.push(HistogramSource::of(&family));
        family
    }

    /// Adds a histogram family with one series, which another part of the process records.
    ///
    /// # Panics
    /// As for [`register`](Self::register).
    pub(crate) fn read_histogram(
        &mut self,
        name: &str,
        read: impl Fn() -> LatencySnapshot + Send + Sync + 'static,
    ) {
        let family = self.histogram(name);
        self.histograms.push(HistogramSource::single(family, read));
    }

    /// Records whether a dependency is available.
    pub fn set_dependency_up(&self, dependency: &str, is_up: bool) {
        let dependency = dependency.to_owned();
        self.dependency_up
            .get_or_create(&Dependency { dependency })
            .set(i64::from(is_up));
    }

    /// Exports from now on how many requests to these routes were refused with 429 or failed with 500 or 503, even if none
    /// was: the first increase of a counter that did not exist before is invisible to a rate.
    pub fn export_failures<'a>(&self, routes: impl IntoIterator<Item = &'a Route>) {
        self.http.create_failures(routes);
    }

    /// Returns the current values as OpenMetrics text.
    pub fn render(&self) -> String {
        self.render_as(Exposition::OpenMetrics)
    }

    pub(crate) fn render_as(&self, format: Exposition) -> String {
        let written = "writing to a String does not fail";
        let mut text = String::with_capacity(32 * 1024);
        encode_registry(&mut text, &self.registry).expect(written);
        if format == Exposition::Prometheus {
            text = to_prometheus(&text);
        }
        for source in &self.histograms {
            let series = source.read();
            write_histograms(&mut text, format, source.family, self.service, &series);
        }
        if format == Exposition::OpenMetrics {
            encode_eof(&mut text).expect(written);
        }
        text
    }

    fn histogram(&self, name: &str) -> &'static MetricFamily {
        let family = self.family(name);
        assert_eq!(family.kind, MetricKind::Histogram, "{name}");
        family
    }

    fn family(&self, name: &str) -> &'static MetricFamily {
        let family = MetricContract::current().family(name);
        let family = family.unwrap_or_else(|| panic!("{name} is not in contracts/metrics.json"));
        assert!(
            family.is_exported_by(self.service),
            "contracts/metrics.json does not let the {} export {name}",
            self.service
        );
        family
    }
}

#[cfg(test)]
mod tests {
    use prometheus_client::metrics::counter::Counter;

    use super::*;

    fn metrics() -> Metrics {
        Metrics::new(&ServiceInfo::new("gateway", "1.2.3", "abc"))
    }

    #[test]
    fn every_family_names_its_service() {
        let mut metrics = metrics();
        metrics.set_dependency_up("store", false);
        metrics
            .histograms("observatory_job_stage_seconds")
            .series(&["store"]);
        for format in [Exposition::OpenMetrics, Exposition::Prometheus] {
            let text = metrics.render_as(format);
            assert!(text.contains(
                r#"observatory_build_info{service="gateway",version="1.2.3",commit="abc"} 1"#
            ));
            assert!(
                text.contains(
                    r#"observatory_dependency_up{service="gateway",dependency="store"} 0"#
                )
            );
            let samples = text.lines().filter(|line| !line.starts_with('#'));
            for sample in samples {
                assert!(sample.contains(r#"service="gateway""#), "{sample}");
            }
        }
    }

    #[test]
    fn families_are_described_as_in_the_contract() {
        let text = metrics().render();
        let name = "process_cpu_seconds";
        let family = MetricContract::current().family(name).expect("known");
        for line in [
            format!("# HELP {name} {}.", family.help),
            format!("# TYPE {name} counter"),
            format!("# UNIT {name} seconds"),
        ] {
            assert!(text.lines().any(|found| found == line), "{line}\n{text}");
        }
        assert!(text.ends_with("# EOF\n"));
    }

    #[test]
    #[should_panic(expected = "is not in contracts/metrics.json")]
    fn unknown_family_is_refused() {
        metrics().register("observatory_surprises", <Counter>::default());
    }

    #[test]
    #[should_panic(expected = "does not let the gateway export")]
    fn family_of_another_role_is_refused() {
        metrics().register("observatory_jobs_completed", <Counter>::default());
    }

    #[test]
    #[should_panic(expected = "observatory_jobs_submitted")]
    fn another_type_is_refused() {
        metrics().register("observatory_jobs_submitted", <Gauge>::default());
    }
}
