//! A distributed observatory on this machine: private real servers, and one process for each role.

mod backends;
mod role;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde::Serialize;

pub(crate) use backends::Backends;
pub(crate) use role::RoleProcess;

/// What to start.
pub(crate) struct Plan {
    /// Whether events are archived.
    pub(crate) archive: bool,
    /// Whether the roles listen at the usual ports, so that commands find them, or at free ones.
    pub(crate) usual_ports: bool,
}

/// Everything, running. Dropping it ends the roles, then the servers.
pub(crate) struct Cluster {
    pub(crate) roles: Vec<RoleProcess>,
    pub(crate) backends: Backends,
    binary: PathBuf,
}

/// The roles of a cluster, and the usual port of each.
const ROLES: [(&str, u16); 6] = [
    ("gateway", 3000),
    ("gateway", 3001),
    ("processor", 8000),
    ("processor", 8001),
    ("metrics-engine", 8090),
    ("read-model", 8080),
];

/// What others have to know of a running cluster.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Description {
    gateways: Vec<String>,
    read_model: String,
    /// The processes of roles and servers; each stands for its descendants as well.
    pids: Vec<u32>,
}

impl Cluster {
    /// Starts everything with its data under `folder`, and waits until every role is ready.
    pub(crate) fn start(binary: &Path, folder: &Path, plan: &Plan) -> anyhow::Result<Self> {
        let backends = Backends::start(&folder.join("servers"), plan.archive)?;
        let mut cluster = Self {
            roles: Vec::new(),
            backends,
            binary: binary.to_owned(),
        };
        for (number, (role, usual)) in ROLES.into_iter().enumerate() {
            let port = if plan.usual_ports { usual } else { 0 };
            let log = folder.join(format!("{role}-{number}.log"));
            let services = cluster.services();
            let environment = cluster.backends.environment(role, &services)?;
            let process = RoleProcess::start(binary, role, port, environment, &log)?;
            cluster.roles.push(process);
        }
        for role in &mut cluster.roles {
            role.await_ready()?;
        }
        Ok(cluster)
    }

    /// Writes down what others have to know.
    pub(crate) fn describe(&self, file: &Path) -> anyhow::Result<()> {
        let roles = self.roles.iter().map(RoleProcess::pid);
        let description = Description {
            gateways: self.urls("gateway"),
            read_model: self.urls("read-model").pop().unwrap_or_default(),
            pids: roles.chain(self.backends.pids()).collect(),
        };
        let text = serde_json::to_string_pretty(&description)?;
        fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
    }

    /// Where the processes of a role listen.
    pub(crate) fn urls(&self, role: &str) -> Vec<String> {
        let of_role = self.roles.iter().filter(|process| process.role() == role);
        of_role.map(|process| process.url().to_owned()).collect()
    }

    /// Kills the first process of a role, and starts another at its address.
    pub(crate) fn restart(&mut self, role: &str) -> anyhow::Result<()> {
        let services = self.services();
        let process = self.roles.iter_mut().find(|process| process.role() == role);
        let process = process.with_context(|| format!("no {role} runs"))?;
        let environment = self.backends.environment(role, &services)?;
        process.restart(&self.binary, environment)?;
        process.await_ready()
    }

    /// Drains the roles, those that take in first.
    pub(crate) fn stop(mut self) -> anyhow::Result<()> {
        for role in &mut self.roles {
            role.terminate();
        }
        self.roles.iter_mut().try_for_each(RoleProcess::await_end)
    }

    fn services(&self) -> Vec<(String, String)> {
        let named = |process: &RoleProcess| (process.role().to_owned(), process.url().to_owned());
        self.roles.iter().map(named).collect()
    }
}
