//! What is generated from the alert contract: rules for Prometheus and its operator, a mixin that contains them, and the
//! reference.

mod mixin;
mod page;
mod promql;
mod resource;
mod rules_file;
#[cfg(test)]
mod tests;
mod unit;

use std::path::PathBuf;

use crate::alert_contract::AlertContract;
use crate::grafana;
use crate::workspace::Workspace;

/// The rules, below the root of the workspace.
const RULES: &str = "infra/prometheus/rules/observatory.yml";
/// The rules as an object of Kubernetes.
const RESOURCE: &str = "infra/k8s/components/service-monitors/prometheus-rule.yaml";
const MIXIN: &str = "infra/prometheus/mixin.libsonnet";
const PAGE: &str = "docs/reference/alerts.md";

/// Returns the path below the root of the workspace, and the content, of every file.
///
/// # Errors
/// If the alert contract cannot be read, or has a unit without a format.
pub(crate) fn generate(workspace: &Workspace) -> anyhow::Result<Vec<(PathBuf, String)>> {
    let contract = AlertContract::read(&workspace.root)?;
    let dashboards = grafana::generate(workspace)?;
    let rules = rules_file::render(&contract)?;
    Ok(vec![
        (PathBuf::from(RESOURCE), resource::render(&rules)),
        (PathBuf::from(RULES), rules),
        (PathBuf::from(MIXIN), mixin::render(&dashboards)),
        (PathBuf::from(PAGE), page::render(&contract)),
    ])
}
