use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{EncodeLabelSet, EncodeMetric};
use prometheus_client::metrics::TypedMetric;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::{Metric, Registry};

use crate::ServiceInfo;
use crate::metrics_http::HttpMetrics;

/// The media type of [`Metrics::render`].
pub(crate) const EXPOSITION: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// All metric families of one role. Each carries the label `service`.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
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
    /// Creates the families that every role has: build, dependencies and HTTP.
    pub fn new(info: &ServiceInfo) -> Self {
        let service = [("service".into(), info.service.into())];
        let mut metrics = Self {
            registry: Registry::with_labels(service.into_iter()),
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
        metrics.register(
            "observatory_build_info",
            "Version and commit of the running build",
            build,
        );
        metrics.register(
            "observatory_dependency_up",
            "Whether a dependency can be used",
            metrics.dependency_up.clone(),
        );
        metrics.register(
            "observatory_http_request_duration_seconds",
            "From the request head to the response head",
            metrics.http.durations.clone(),
        );
        metrics
    }

    /// Adds a family of the role. `name` has no suffix `_total`: counters get it automatically.
    pub fn register<M>(&mut self, name: &str, help: &str, metric: M)
    where
        M: Metric + EncodeMetric + TypedMetric,
    {
        self.registry.register(name, help, metric);
    }

    /// Records whether a dependency is available.
    pub fn set_dependency_up(&self, dependency: &str, is_up: bool) {
        let dependency = dependency.to_owned();
        self.dependency_up
            .get_or_create(&Dependency { dependency })
            .set(i64::from(is_up));
    }

    /// Returns the current values as OpenMetrics text.
    pub fn render(&self) -> String {
        let mut text = String::with_capacity(16 * 1024);
        encode(&mut text, &self.registry).expect("writing to a String does not fail");
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_names_its_service() {
        let metrics = Metrics::new(&ServiceInfo::new("gateway", "1.2.3", "abc"));
        metrics.set_dependency_up("store", false);
        let text = metrics.render();
        assert!(text.contains(
            r#"observatory_build_info{service="gateway",version="1.2.3",commit="abc"} 1"#
        ));
        assert!(
            text.contains(r#"observatory_dependency_up{service="gateway",dependency="store"} 0"#)
        );
        let samples = text.lines().filter(|line| !line.starts_with('#'));
        for sample in samples {
            assert!(sample.contains(r#"service="gateway""#), "{sample}");
        }
    }
}
