//! The alert contract as the generators read it: Prometheus rules, the reference and the dashboards.

use std::fs;
use std::path::Path;

use anyhow::Context;
use serde::Deserialize;

/// `contracts/alerts.json`.
#[derive(Debug, Deserialize)]
pub(crate) struct AlertContract {
    urls: Urls,
    /// In the order of the documentation.
    pub(crate) rules: Vec<Alert>,
}

#[derive(Debug, Deserialize)]
struct Urls {
    runbooks: String,
    dashboards: String,
    jobs: String,
}

/// One alert.
#[derive(Debug, Deserialize)]
pub(crate) struct Alert {
    /// Name of the alert.
    pub(crate) name: String,
    /// PromQL, in which `$threshold` is replaced by the threshold.
    pub(crate) expression: String,
    /// The value from which it fires.
    pub(crate) threshold: f64,
    /// Unit of the threshold and of the value.
    pub(crate) unit: String,
    /// How long the expression must hold.
    #[serde(rename = "for")]
    pub(crate) hold: String,
    /// Severity of the alert.
    pub(crate) severity: String,
    /// Template of the summary.
    pub(crate) summary: String,
    /// Template of the description.
    pub(crate) description: Option<String>,
    /// Template of the sentence that says what to do first.
    pub(crate) action: String,
    /// File with instructions.
    pub(crate) runbook: String,
    /// The uid of the dashboard.
    pub(crate) dashboard: String,
    /// Template of the query that lists the jobs.
    pub(crate) jobs: Option<String>,
    /// The deployments that the rule applies to; `None` for all.
    pub(crate) deployments: Option<Vec<String>>,
}

impl AlertContract {
    /// Reads the alert contract of the workspace at `root`.
    pub(crate) fn read(root: &Path) -> anyhow::Result<Self> {
        let path = root.join("contracts/alerts.json");
        let text =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        serde_json::from_str(&text).with_context(|| format!("cannot parse {}", path.display()))
    }

    /// Returns the alert with this name.
    pub(crate) fn get(&self, name: &str) -> anyhow::Result<&Alert> {
        self.rules
            .iter()
            .find(|alert| alert.name == name)
            .with_context(|| format!("contracts/alerts.json has no rule {name}"))
    }

    /// Returns the address of an alert's runbook.
    pub(crate) fn runbook(&self, alert: &Alert) -> String {
        format!("{}{}", self.urls.runbooks, alert.runbook)
    }

    /// Returns the address of an alert's dashboard.
    pub(crate) fn dashboard(&self, alert: &Alert) -> String {
        format!("{}{}", self.urls.dashboards, alert.dashboard)
    }

    /// Returns the template of the address that lists the jobs of an alert.
    pub(crate) fn jobs(&self, alert: &Alert) -> Option<String> {
        let query = alert.jobs.as_ref()?;
        Some(format!("{}?{query}", self.urls.jobs))
    }

    /// Returns a regular expression that matches the name of every alert.
    pub(crate) fn names(&self) -> String {
        let names: Vec<&str> = self.rules.iter().map(|alert| alert.name.as_str()).collect();
        names.join("|")
    }
}
