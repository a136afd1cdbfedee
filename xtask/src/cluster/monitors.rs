use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use odd_private_servers::{
    Alertmanager, AlertmanagerOptions, DataRoot, Error, Prometheus, PrometheusOptions,
};

use crate::cluster::RoleProcess;
use crate::cluster::server::{ServerInfo, begin_stop};
use crate::monitoring::{ScrapeConfiguration, Target, alert_routes};

/// Prometheus and Alertmanager, with the configuration of the repository.
pub(crate) struct Monitors {
    pub(crate) prometheus: Prometheus,
    pub(crate) alertmanager: Alertmanager,
    /// The folder with the configuration.
    infra: PathBuf,
    /// The configuration of Prometheus with the addresses of the cluster.
    configuration: PathBuf,
}

impl Monitors {
    /// Starts both and does not wait until they answer. Prometheus scrapes nothing yet: see [`Self::scrape`].
    pub(super) fn begin_start(root: &DataRoot, infra: &Path) -> anyhow::Result<Self> {
        let configuration = root.path().join("prometheus.yml");
        fs::write(&configuration, "{}").context("cannot write the configuration of Prometheus")?;
        let options = AlertmanagerOptions {
            configuration: Some(alert_routes(infra)),
        };
        let alertmanager = Alertmanager::begin_start_with(root, options)?;
        let options = PrometheusOptions {
            configuration: Some(configuration.clone()),
            ..PrometheusOptions::default()
        };
        Ok(Self {
            prometheus: Prometheus::begin_start_with(root, options)?,
            alertmanager,
            infra: infra.to_owned(),
            configuration,
        })
    }

    /// Makes Prometheus scrape every process of the roles, evaluate the rules and notify Alertmanager.
    pub(super) fn scrape(&self, roles: &[RoleProcess]) -> anyhow::Result<()> {
        let mut configuration = ScrapeConfiguration::read(&self.infra)?;
        let targets: Vec<Target> = roles.iter().map(target).collect();
        configuration.set_targets("observatory", &targets)?;
        let prometheus = Target::server(self.prometheus.address());
        configuration.set_targets("prometheus", &[prometheus])?;
        configuration.set_alertmanager(self.alertmanager.address())?;
        configuration.write(&self.configuration)?;
        let reloaded = self.prometheus.reload();
        reloaded.context("Prometheus cannot load its configuration")
    }

    pub(super) fn poll_ready(&mut self) -> Result<bool, Error> {
        Ok(self.prometheus.poll_ready()? & self.alertmanager.poll_ready()?)
    }

    pub(super) fn begin_stop(&mut self) {
        begin_stop(&mut self.prometheus);
        begin_stop(&mut self.alertmanager);
    }

    pub(super) fn poll_stop(&mut self) -> Result<bool, Error> {
        let outcomes = (self.prometheus.poll_stop(), self.alertmanager.poll_stop());
        Ok(outcomes.0? & outcomes.1?)
    }

    pub(super) fn servers(&self) -> [ServerInfo; 2] {
        [
            ServerInfo::new("prometheus", &self.prometheus),
            ServerInfo::new("alertmanager", &self.alertmanager),
        ]
    }
}

fn target(role: &RoleProcess) -> Target {
    let url = role.url();
    Target {
        address: url.strip_prefix("http://").unwrap_or(url).to_owned(),
        service: Some(role.role()),
    }
}
