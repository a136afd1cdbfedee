use std::time::Duration;

use futures_util::future::join_all;
use odd_contracts::{ServiceHealth, ServiceList, ServiceStatus, Timestamp};
use odd_service_kit::{Health, ReadyReport};
use reqwest::StatusCode;

use super::cached::Cached;
use super::http_client::{HttpClient, RequestError, Response};
use crate::ServiceEndpoint;

const TIMEOUT: Duration = Duration::from_secs(1);
const KEEP: Duration = Duration::from_secs(2);
const MAX_BYTES: usize = 64 * 1024;

/// Start of the detail of a service that cannot use its dependencies.
const UNAVAILABLE: &str = "not available: ";

/// Checks the health of the configured services.
#[derive(Debug)]
pub(crate) struct ServiceProbe {
    http: HttpClient,
    endpoints: Vec<ServiceEndpoint>,
    cached: Cached<ServiceList>,
}

impl ServiceProbe {
    /// Creates a probe of these services.
    pub(crate) fn new(http: HttpClient, endpoints: Vec<ServiceEndpoint>) -> Self {
        Self {
            http,
            endpoints,
            cached: Cached::new(),
        }
    }

    /// Returns their health, at most two seconds old.
    pub(crate) async fn services(&self, now: Timestamp) -> ServiceList {
        let fetch = async { (self.check_all(now).await, KEEP) };
        self.cached.get(fetch).await
    }

    async fn check_all(&self, now: Timestamp) -> ServiceList {
        let checks = self.endpoints.iter().map(|endpoint| self.check(endpoint));
        ServiceList {
            services: join_all(checks).await,
            as_of: now,
        }
    }

    async fn check(&self, endpoint: &ServiceEndpoint) -> ServiceHealth {
        let base = endpoint.url.trim_end_matches('/');
        let (ready_url, health_url) = (format!("{base}/readyz"), format!("{base}/healthz"));
        let (ready, health) = tokio::join!(
            self.http.get(&ready_url, TIMEOUT, MAX_BYTES),
            self.http.get(&health_url, TIMEOUT, MAX_BYTES),
        );
        let (status, detail) = verdict(ready);
        let health = health.ok();
        let health: Option<Health> =
            health.and_then(|answer| serde_json::from_slice(&answer.body).ok());
        ServiceHealth {
            name: endpoint.name.clone(),
            url: endpoint.url.clone(),
            status,
            version: health.map(|health| health.version),
            detail,
        }
    }
}

fn verdict(ready: Result<Response, RequestError>) -> (ServiceStatus, Option<String>) {
    let answer = match ready {
        Ok(answer) => answer,
        Err(error) => return (ServiceStatus::Down, Some(error.to_string())),
    };
    let report = serde_json::from_slice::<ReadyReport>(&answer.body).ok();
    let missing = report.as_ref().and_then(missing);
    if answer.status == StatusCode::OK {
        return (ServiceStatus::Up, missing);
    }
    let detail = missing.unwrap_or_else(|| format!("/readyz answered {}", answer.status.as_u16()));
    (ServiceStatus::Degraded, Some(detail))
}

/// Names the dependencies that cannot be used, if there are any. A role is ready without optional ones.
fn missing(report: &ReadyReport) -> Option<String> {
    let down = report.checks.iter().filter(|check| !check.up);
    let names: Vec<&str> = down.map(|check| check.dependency.as_str()).collect();
    (!names.is_empty()).then(|| format!("{UNAVAILABLE}{}", names.join(", ")))
}

/// Returns the dependencies that the detail of a service names.
pub(crate) fn unavailable_dependencies(detail: &str) -> impl Iterator<Item = &str> {
    let names = detail.strip_prefix(UNAVAILABLE).unwrap_or_default();
    names.split(", ").filter(|name| !name.is_empty())
}
