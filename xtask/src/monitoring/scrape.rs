use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::{Value, json};

/// The configuration of Prometheus for the embedded deployment, which can be adapted to other addresses.
pub(crate) struct ScrapeConfiguration(Value);

/// An address that Prometheus scrapes.
pub(crate) struct Target {
    /// `host:port`.
    pub(crate) address: String,
    /// The value of the label `service`, if the target is a role.
    pub(crate) service: Option<&'static str>,
}

impl Target {
    /// Describes a server that is no role.
    pub(crate) fn server(address: SocketAddr) -> Self {
        Self {
            address: address.to_string(),
            service: None,
        }
    }
}

impl ScrapeConfiguration {
    /// Reads the configuration from the folder `infra`. Its rules are those in that folder, wherever it is written to.
    pub(crate) fn read(infra: &Path) -> anyhow::Result<Self> {
        let folder = infra.join("prometheus");
        let mut root = read_yaml(&folder.join("prometheus.embedded.yml"))?;
        for rules in root["rule_files"].as_array_mut().into_iter().flatten() {
            let relative = PathBuf::from(rules.as_str().context("a rule file is a string")?);
            *rules = json!(folder.join(relative));
        }
        Ok(Self(root))
    }

    /// Replaces the targets of a job.
    ///
    /// # Errors
    /// If there is no such job.
    pub(crate) fn set_targets(&mut self, job: &str, targets: &[Target]) -> anyhow::Result<()> {
        let mut jobs = self.0["scrape_configs"]
            .as_array_mut()
            .into_iter()
            .flatten();
        let found = jobs.find(|found| found["job_name"] == job);
        let found = found.with_context(|| format!("Prometheus has no job {job}"))?;
        found["static_configs"] = targets.iter().map(Target::to_json).collect();
        Ok(())
    }

    /// Replaces the address of Alertmanager.
    pub(crate) fn set_alertmanager(&mut self, address: SocketAddr) -> anyhow::Result<()> {
        let target = Target::server(address);
        let static_configs = json!([target.to_json()]);
        self.0["alerting"]["alertmanagers"] = json!([{ "static_configs": static_configs }]);
        self.set_targets("alertmanager", &[target])
    }

    /// Writes the configuration as JSON, which every parser of YAML reads.
    pub(crate) fn write(&self, file: &Path) -> anyhow::Result<()> {
        let text = serde_json::to_string_pretty(&self.0)?;
        fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
    }
}

impl Target {
    fn to_json(&self) -> Value {
        let mut group = json!({ "targets": [self.address] });
        if let Some(service) = self.service {
            group["labels"] = json!({ "service": service });
        }
        group
    }
}

/// Reads a YAML file.
pub(super) fn read_yaml(file: &Path) -> anyhow::Result<Value> {
    let text = fs::read_to_string(file);
    let text = text.with_context(|| format!("cannot read {}", file.display()))?;
    serde_saphyr::from_str(&text).with_context(|| format!("{} is no YAML", file.display()))
}
