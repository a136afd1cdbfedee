use std::time::Duration;

use axum::http::{Method, StatusCode};
use odd_contracts::MetricContract;
use prometheus_client::encoding::EncodeLabelSet;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::histogram::Histogram;

use crate::Route;

/// The `route` label of requests that match no route.
pub(crate) const UNMATCHED: &str = "(unmatched)";

/// Durations of requests by route template, method and status. All three labels have a bounded number of values.
#[derive(Debug, Clone)]
pub(crate) struct HttpMetrics {
    pub(crate) durations: Family<Labels, Histogram, fn() -> Histogram>,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Labels {
    route: &'static str,
    method: &'static str,
    status: u16,
}

impl Default for HttpMetrics {
    fn default() -> Self {
        Self {
            durations: Family::new_with_constructor(histogram),
        }
    }
}

fn histogram() -> Histogram {
    let family = MetricContract::current().family("observatory_http_request_duration_seconds");
    let family = family.expect("the contract has this family; a test checks that");
    Histogram::new(family.buckets.iter().copied())
}

/// Statuses of requests that were refused or failed because of the service.
const FAILURES: [StatusCode; 3] = [
    StatusCode::TOO_MANY_REQUESTS,
    StatusCode::INTERNAL_SERVER_ERROR,
    StatusCode::SERVICE_UNAVAILABLE,
];

impl HttpMetrics {
    /// Creates the series of failures of these routes, without any observation.
    pub(crate) fn create_failures<'a>(&self, routes: impl IntoIterator<Item = &'a Route>) {
        for route in routes {
            for status in FAILURES {
                drop(self.durations.get_or_create(&Labels {
                    route: route.path,
                    method: method_label(&route.method),
                    status: status.as_u16(),
                }));
            }
        }
    }

    pub(crate) fn observe(
        &self,
        route: &'static str,
        method: &'static str,
        status: StatusCode,
        took: Duration,
    ) {
        let labels = Labels {
            route,
            method,
            status: status.as_u16(),
        };
        self.durations
            .get_or_create(&labels)
            .observe(took.as_secs_f64());
    }
}

/// Returns the name of a standard method, or `other`.
pub(crate) fn method_label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
