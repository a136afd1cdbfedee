use std::collections::HashMap;
use std::fmt;
use std::future::Future;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use futures_util::future::{BoxFuture, join_all};
use serde::{Deserialize, Serialize};

use crate::{Json, Metrics, ServiceInfo};

const CHECK_TIMEOUT: Duration = Duration::from_secs(2);

/// Why a dependency is unavailable. It is logged, but not sent to the caller.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct CheckFailed(pub String);

/// A dependency of a process, and the check whether it is available.
#[derive(Clone)]
pub struct Dependency {
    name: &'static str,
    is_required: bool,
    check: Check,
}

impl Dependency {
    /// Creates a dependency without which the role is not ready.
    pub fn required<F, R>(name: &'static str, check: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), CheckFailed>> + Send + 'static,
    {
        Self::new(name, true, check)
    }

    /// Creates a dependency that is reported, but without which the role is ready, if slower.
    pub fn optional<F, R>(name: &'static str, check: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), CheckFailed>> + Send + 'static,
    {
        Self::new(name, false, check)
    }

    fn new<F, R>(name: &'static str, is_required: bool, check: F) -> Self
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), CheckFailed>> + Send + 'static,
    {
        Self {
            name,
            is_required,
            check: Arc::new(move || Box::pin(check())),
        }
    }
}

impl fmt::Debug for Dependency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Dependency")
            .field("name", &self.name)
            .field("is_required", &self.is_required)
            .finish_non_exhaustive()
    }
}

type Check = Arc<dyn Fn() -> BoxFuture<'static, Result<(), CheckFailed>> + Send + Sync>;

/// Response of `/healthz`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Health {
    /// `ok`.
    pub status: String,
    /// Name of the role.
    pub service: String,
    /// SemVer version of the build.
    pub version: String,
    /// The commit it was built from.
    pub commit: String,
    /// Unique per process and role.
    pub instance_id: String,
}

/// Response of `/readyz`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReadyReport {
    /// `ready` or `unready`.
    pub status: String,
    /// State of every dependency.
    pub checks: Vec<DependencyReport>,
}

/// State of one dependency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DependencyReport {
    /// Name of the dependency.
    pub dependency: String,
    /// Whether it is available.
    pub up: bool,
}

/// The dependencies of a role, and their last known states.
#[derive(Clone)]
pub(crate) struct Readiness {
    dependencies: Vec<Dependency>,
    metrics: Arc<Metrics>,
    /// Results of the last checks.
    last: Arc<Mutex<HashMap<&'static str, bool>>>,
}

impl Readiness {
    pub(crate) fn new(metrics: Arc<Metrics>) -> Self {
        Self {
            dependencies: Vec::new(),
            metrics,
            last: Arc::default(),
        }
    }

    pub(crate) fn add(&mut self, dependency: Dependency) {
        self.dependencies.push(dependency);
    }

    /// Checks every dependency, and returns the metrics, which contain the results: without probes of `/readyz`, nothing
    /// else would notice a change.
    pub(crate) async fn current_metrics(&self) -> Arc<Metrics> {
        self.report().await;
        Arc::clone(&self.metrics)
    }

    /// Logs a dependency when it fails or recovers. Checks run about once per second, so unchanged states are not logged.
    /// A dependency that has never been available is normal at start; the code that connects to it logs the failure.
    fn log_change(&self, dependency: &'static str, outcome: &Result<(), CheckFailed>) {
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        match (last.insert(dependency, outcome.is_ok()), outcome) {
            (Some(true), Err(error)) => {
                tracing::warn!(dependency, %error, "a dependency cannot be used any more");
            }
            (Some(false), Ok(())) => tracing::info!(dependency, "a dependency can be used"),
            (None, Err(error)) => tracing::debug!(dependency, %error, "cannot be used yet"),
            _ => {}
        }
    }

    async fn report(&self) -> ReadyReport {
        let checks = self.dependencies.iter().map(|dependency| async move {
            let outcome = check(dependency).await;
            self.log_change(dependency.name, &outcome);
            let up = outcome.is_ok();
            self.metrics.set_dependency_up(dependency.name, up);
            DependencyReport {
                dependency: dependency.name.to_owned(),
                up,
            }
        });
        let checks = join_all(checks).await;
        let is_ready = self.dependencies.iter().zip(&checks);
        let is_ready = is_ready.fold(true, |ready, (dependency, check)| {
            ready && (check.up || !dependency.is_required)
        });
        let status = if is_ready { READY } else { "unready" }.to_owned();
        ReadyReport { status, checks }
    }
}

const READY: &str = "ready";

async fn check(dependency: &Dependency) -> Result<(), CheckFailed> {
    let checking = tokio::time::timeout(CHECK_TIMEOUT, (dependency.check)());
    checking
        .await
        .unwrap_or_else(|_| Err(CheckFailed(format!("no answer within {CHECK_TIMEOUT:?}"))))
}

pub(crate) async fn get_health(State(info): State<Arc<ServiceInfo>>) -> Json<Health> {
    Json(Health {
        status: "ok".to_owned(),
        service: info.service.to_owned(),
        version: info.version.clone(),
        commit: info.commit.clone(),
        instance_id: info.instance_id.clone(),
    })
}

pub(crate) async fn get_readiness(State(readiness): State<Readiness>) -> Response {
    let report = readiness.report().await;
    let status = if report.status == READY {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(report)).into_response()
}
