//! A distributed observatory on this machine: private real servers, and one process for each role.

mod backends;
mod links;
mod role;

use std::fs;
use std::path::Path;

use anyhow::Context;
use serde::Serialize;

pub(crate) use backends::Backends;
pub(crate) use links::Links;
use role::Launch;
pub(crate) use role::RoleProcess;

/// What to start.
#[derive(Default)]
pub(crate) struct Plan {
    /// Whether events are archived.
    pub(crate) archive: bool,
    /// Whether the roles listen at the usual ports, so that commands find them, or at free ones.
    pub(crate) usual_ports: bool,
    /// Whether each role reaches the servers through links of its own, which can be cut.
    pub(crate) links: bool,
    /// Further variables for every role.
    pub(crate) settings: Vec<(String, String)>,
}

/// Everything, running. Dropping it ends the roles, then the servers.
pub(crate) struct Cluster {
    pub(crate) roles: Vec<RoleProcess>,
    /// Those of each role, in the same order; none without [`Plan::links`].
    pub(crate) links: Vec<Links>,
    pub(crate) backends: Backends,
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
        let mut cluster = Self {
            roles: Vec::new(),
            links: Vec::new(),
            backends: Backends::start(&folder.join("servers"), plan.archive)?,
        };
        for (number, (role, usual)) in ROLES.into_iter().enumerate() {
            if plan.links {
                cluster.links.push(Links::open(&cluster.backends)?);
            }
            let links = cluster.links.get(number);
            let mut environment = cluster.backends.environment(role, links)?;
            environment.extend(plan.settings.iter().cloned());
            if role == "read-model" {
                let mut services = cluster.services();
                if plan.usual_ports {
                    services.push(format!("{role}=http://127.0.0.1:{usual}"));
                }
                environment.push(("ODD_SERVICES".to_owned(), services.join(",")));
            }
            let launch = Launch {
                binary: binary.to_owned(),
                role,
                environment,
                log: folder.join(format!("{role}-{number}.log")),
            };
            let port = if plan.usual_ports { usual } else { 0 };
            cluster.roles.push(RoleProcess::start(launch, port)?);
        }
        cluster
            .roles
            .iter_mut()
            .try_for_each(RoleProcess::await_ready)?;
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

    /// Drains the roles, those that take in first.
    pub(crate) fn stop(mut self) -> anyhow::Result<()> {
        for role in &mut self.roles {
            role.terminate();
        }
        self.roles.iter_mut().try_for_each(RoleProcess::await_end)
    }

    /// As the read-model is told of them.
    fn services(&self) -> Vec<String> {
        let named = |process: &RoleProcess| format!("{}={}", process.role(), process.url());
        self.roles.iter().map(named).collect()
    }
}
