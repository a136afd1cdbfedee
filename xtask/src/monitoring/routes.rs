use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use serde_json::{Value, json};

use super::yaml::read_yaml;

/// Returns the file with the routes of alerts.
pub(crate) fn alert_routes(infra: &Path) -> PathBuf {
    infra.join("alertmanager/alertmanager.yml")
}

/// The configuration of Alertmanager, which can be adapted to another receiver of webhooks.
pub(crate) struct AlertRoutes(Value);

impl AlertRoutes {
    /// Reads the configuration from the folder `infra`. Its templates are those in that folder, wherever it is written to.
    pub(crate) fn read(infra: &Path) -> anyhow::Result<Self> {
        let file = alert_routes(infra);
        let folder = file.parent().context("the configuration is in a folder")?;
        let mut root = read_yaml(&file)?;
        for templates in root["templates"].as_array_mut().into_iter().flatten() {
            let relative = templates.as_str().context("a template is a string")?;
            *templates = json!(folder.join(relative));
        }
        Ok(Self(root))
    }

    /// Sends all webhooks to another address. Their paths stay the same.
    ///
    /// # Errors
    /// If no receiver is a webhook.
    pub(crate) fn set_webhooks(&mut self, address: SocketAddr) -> anyhow::Result<()> {
        let receivers = self.0["receivers"].as_array_mut();
        let webhooks = receivers
            .into_iter()
            .flatten()
            .filter_map(|receiver| receiver.get_mut("webhook_configs")?.as_array_mut())
            .flatten();
        let mut count = 0;
        for webhook in webhooks {
            let url = webhook["url"].as_str().context("a webhook has a URL")?;
            let (_, rest) = url.split_once("://").context("a URL has a scheme")?;
            let path = rest.split_once('/').map_or("", |(_, path)| path);
            webhook["url"] = json!(format!("http://{address}/{path}"));
            count += 1;
        }
        ensure!(count > 0, "Alertmanager has no webhook");
        Ok(())
    }

    /// Writes the configuration as JSON, which every parser of YAML reads.
    pub(crate) fn write(&self, file: &Path) -> anyhow::Result<()> {
        let text = serde_json::to_string_pretty(&self.0)?;
        fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
    }
}
