use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use futures_util::future::{BoxFuture, join_all};
use serde::{Deserialize, Serialize};

use crate::{Json, Metrics, ServiceInfo};

const CHECK_TIMEOUT: Duration = Duration::from_secs(2);

/// Why a dependency cannot be used; goes to the log, not to the caller.
#[derive(Debug, Clone, thiserror::Error)]
#[error("{0}")]
pub struct CheckFailed(pub String);

type Check = Arc<dyn Fn() -> BoxFuture<'static, Result<(), CheckFailed>> + Send + Sync>;

/// The answer of `/healthz`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Health {
    /// `ok`.
    pub status: String,
    /// The role.
    pub service: String,
    /// SemVer version of the build.
    pub version: String,
    /// The commit it was built from.
    pub commit: String,
    /// Unique per process and role.
    pub instance_id: String,
}

/// The answer of `/readyz`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ReadyReport {
    /// `ready` or `unready`.
    pub status: String,
    /// Every dependency.
    pub checks: Vec<DependencyReport>,
}

/// One dependency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct DependencyReport {
    /// Its name.
    pub dependency: String,
    /// Whether it can be used.
    pub up: bool,
}

/// What must work for the role to do its work.
#[derive(Clone)]
pub(crate) struct Readiness {
    checks: Vec<(&'static str, Check)>,
    metrics: Arc<Metrics>,
}

impl Readiness {
    pub(crate) fn new(metrics: Arc<Metrics>) -> Self {
        Self {
            checks: Vec::new(),
            metrics,
        }
    }

    pub(crate) fn add<F, R>(&mut self, dependency: &'static str, check: F)
    where
        F: Fn() -> R + Send + Sync + 'static,
        R: Future<Output = Result<(), CheckFailed>> + Send + 'static,
    {
        let check: Check = Arc::new(move || Box::pin(check()));
        self.checks.push((dependency, check));
    }

    async fn report(&self) -> ReadyReport {
        let checks = self.checks.iter().map(|(dependency, check)| async move {
            let up = passes(dependency, check).await;
            self.metrics.set_dependency_up(dependency, up);
            DependencyReport {
                dependency: (*dependency).to_owned(),
                up,
            }
        });
        let checks = join_all(checks).await;
        let is_ready = checks.iter().all(|check| check.up);
        let status = if is_ready { "ready" } else { "unready" }.to_owned();
        ReadyReport { status, checks }
    }
}

async fn passes(dependency: &str, check: &Check) -> bool {
    let error = match tokio::time::timeout(CHECK_TIMEOUT, check()).await {
        Ok(Ok(())) => return true,
        Ok(Err(error)) => error.to_string(),
        Err(_) => format!("no answer within {CHECK_TIMEOUT:?}"),
    };
    tracing::warn!(dependency, error, "a dependency cannot be used");
    false
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
    let status = if report.checks.iter().all(|check| check.up) {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    };
    (status, Json(report)).into_response()
}
