//! A private observatory for one suite: own data directory, free ports.

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::service_process::ServiceProcess;

const READY_WITHIN: Duration = Duration::from_secs(30);

const ADDRESSES: [&str; 4] = [
    "ODD_GATEWAY_ADDR",
    "ODD_READ_MODEL_ADDR",
    "ODD_PROCESSOR_ADDR",
    "ODD_METRICS_ENGINE_ADDR",
];

/// A running `odd-dashboard up`. Dropping it kills the process.
pub(crate) struct Dashboard {
    process: ServiceProcess,
    urls: BTreeMap<String, String>,
}

impl Dashboard {
    /// Starts `binary` with everything it writes under `folder`, and waits until it is ready.
    pub(crate) fn start(binary: &Path, folder: &Path) -> anyhow::Result<Self> {
        let mut command = Command::new(binary);
        command
            .arg("up")
            .env("ODD_DATA_DIR", folder.join("data"))
            .envs(ADDRESSES.map(|name| (name, "127.0.0.1:0")));
        let log = folder.join("odd-dashboard.log");
        let mut dashboard = Self {
            process: ServiceProcess::start("observatory", &mut command, &log)?,
            urls: BTreeMap::new(),
        };
        dashboard.await_ready()?;
        Ok(dashboard)
    }

    /// Where a role listens.
    pub(crate) fn url(&self, role: &str) -> anyhow::Result<&str> {
        self.urls
            .get(role)
            .map(String::as_str)
            .with_context(|| format!("`odd-dashboard up` announced no {role}"))
    }

    /// Checks that it still runs and that no thread of it panicked, then ends it.
    pub(crate) fn stop(mut self) -> anyhow::Result<()> {
        if let Some(status) = self.process.ended()? {
            let last_words = self.process.last_words();
            bail!("the observatory ended by itself: {status}\n{last_words}");
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
            let said = self.process.next_announcement(deadline)?;
            match (said.event.as_str(), said.role, said.url) {
                ("listening", Some(role), Some(url)) => drop(self.urls.insert(role, url)),
                ("ready", ..) => return Ok(()),
                _ => {}
            }
        }
    }
}
