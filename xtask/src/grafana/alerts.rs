use std::fs;
use std::path::Path;

use anyhow::Context;
use serde::Deserialize;

/// The part of the alert contract that the dashboards show.
#[derive(Debug, Deserialize)]
pub(super) struct Alerts {
    urls: Urls,
    rules: Vec<Alert>,
}

#[derive(Debug, Deserialize)]
struct Urls {
    runbooks: String,
}

/// One alert.
#[derive(Debug, Deserialize)]
pub(super) struct Alert {
    /// Name of the alert.
    pub(super) name: String,
    /// The value from which it fires.
    pub(super) threshold: f64,
}

impl Alerts {
    /// Reads the alert contract of the workspace at `root`.
    pub(super) fn read(root: &Path) -> anyhow::Result<Self> {
        let path = root.join("contracts/alerts.json");
        let text =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        serde_json::from_str(&text).with_context(|| format!("cannot parse {}", path.display()))
    }

    /// Returns the alert with this name.
    pub(super) fn get(&self, name: &str) -> anyhow::Result<&Alert> {
        self.rules
            .iter()
            .find(|alert| alert.name == name)
            .with_context(|| format!("contracts/alerts.json has no rule {name}"))
    }

    /// Returns the address of an alert's runbook.
    pub(super) fn runbook(&self, alert: &Alert) -> String {
        format!(
            "{}/{}.md",
            self.urls.runbooks.trim_end_matches('/'),
            alert.name
        )
    }

    /// Returns a regular expression that matches the name of every alert.
    pub(super) fn names(&self) -> String {
        let names: Vec<&str> = self.rules.iter().map(|alert| alert.name.as_str()).collect();
        names.join("|")
    }
}
