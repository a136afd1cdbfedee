//! A private observatory for one suite, with its own data directory and free ports.

use std::collections::BTreeMap;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};
use odd_private_servers::dependent_command;

use crate::service_process::ServiceProcess;

const READY_WITHIN: Duration = Duration::from_secs(30);

const ADDRESSES: [&str; 7] = [
    "ODD_GATEWAY_ADDR",
    "ODD_READ_MODEL_ADDR",
    "ODD_WEB_ADDR",
    "ODD_PROCESSOR_ADDR",
    "ODD_METRICS_ENGINE_ADDR",
    "ODD_PTY_ADDR",
    "ODD_PTY_METRICS_ADDR",
];

/// A running `odd-dashboard up`. Dropping it kills the process.
pub(crate) struct Dashboard {
    process: ServiceProcess,
    urls: BTreeMap<String, String>,
}

impl Dashboard {
    /// Starts `binary` with its data and log under `folder`, and waits until it is ready.
    pub(crate) fn start(binary: &Path, folder: &Path) -> anyhow::Result<Self> {
        let mut command = dependent_command(binary);
        command
            .arg("up")
            .env("ODD_DATA_DIR", folder.join("data"))
            .envs(ADDRESSES.map(|name| (name, "127.0.0.1:0")));
        let log = folder.join("odd-dashboard.log");
        let mut dashboard = Self {
            process: ServiceProcess::start("observatory", command, &log)?,
            urls: BTreeMap::new(),
        };
        dashboard.await_ready()?;
        Ok(dashboard)
    }

    /// Returns the URL of a role.
    pub(crate) fn url(&self, role: &str) -> anyhow::Result<&str> {
        self.urls
            .get(role)
            .map(String::as_str)
            .with_context(|| format!("`odd-dashboard up` announced no {role}"))
    }

    /// Checks that the observatory is still running and has not panicked, then ends it.
    pub(crate) fn stop(mut self) -> anyhow::Result<()> {
        if let Some(status) = self.process.ended()? {
            let log = self.process.last_log_lines();
            bail!("the observatory ended unexpectedly: {status}\n{log}");
        }
        let log = self.process.log()?;
        if let Some(line) = log.lines().find(|line| line.contains("panicked at")) {
            bail!("a thread of the observatory panicked: {line}");
        }
        Ok(())
    }

    fn await_ready(&mut self) -> anyhow::Result<()> {
        let deadline = Instant::now() + READY_WITHIN;
        loop {
            let announcement = self.process.next_announcement(deadline)?;
            match (
                announcement.event.as_str(),
                announcement.role,
                announcement.url,
            ) {
                ("listening", Some(role), Some(url)) => drop(self.urls.insert(role, url)),
                ("ready", ..) => return Ok(()),
                _ => {}
            }
        }
    }
}
