//! The configuration of Prometheus and Alertmanager under `infra/`: adapted to a cluster, and checked with the real
//! programs.

mod scrape;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};

pub(crate) use scrape::{ScrapeConfiguration, Target};

/// Returns the file with the routes of alerts.
pub(crate) fn alert_routes(infra: &Path) -> PathBuf {
    infra.join("alertmanager/alertmanager.yml")
}
