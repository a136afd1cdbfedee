//! A distributed observatory on this machine: private real servers, and one process for each role.

mod backends;
mod monitors;
mod plan;
mod progress;
mod proxies;
mod restart_policy;
mod restartable;
mod role;
mod server;
mod supervised_cluster;
mod supervisor;
mod versions;

use std::fs;
use std::io;
use std::net::{Ipv4Addr, TcpListener};
use std::path::Path;

use anyhow::{Context, bail};
use serde::Serialize;

use crate::interrupt;

pub(crate) use backends::Backends;
pub(crate) use monitors::Monitors;
pub(crate) use plan::Plan;
pub(crate) use proxies::Proxies;
use role::Launch;
pub(crate) use role::RoleProcess;
pub(crate) use supervised_cluster::SupervisedCluster;
pub(crate) use versions::Versions;

/// A running cluster. Dropping it kills the roles, then the servers; [`Cluster::stop`] ends them in order.
pub(crate) struct Cluster {
    pub(crate) roles: Vec<RoleProcess>,
    /// The proxies of each role, in the same order; empty without [`Plan::proxies`].
    pub(crate) proxies: Vec<Proxies>,
    pub(crate) backends: Backends,
}

/// The roles of a cluster and their default ports.
pub(crate) const ROLES: [(&str, u16); 8] = [
    ("gateway", 3000),
    ("gateway", 3001),
    ("processor", 8000),
    ("processor", 8001),
    ("metrics-engine", 8090),
    ("read-model", 8080),
    (WEB_PTY, 9000),
    (WEB, 8081),
];

/// The roles that use no server, but the gateway and the read-model.
const WEB: &str = "web";
const WEB_PTY: &str = "web-pty";
/// The default port of the health and metrics of the web-pty-server.
pub(crate) const PTY_METRICS_PORT: u16 = 9001;

/// Checks that the roles can listen at their default ports.
///
/// # Errors
/// If another process listens at one of them.
pub(crate) fn check_default_ports() -> anyhow::Result<()> {
    for (role, port) in ROLES {
        check_port(port).with_context(|| {
            format!(
                "the {role} cannot listen on 127.0.0.1:{port}, where commands look for it; stop the program that \
                 listens there: it may be another observatory"
            )
        })?;
    }
    Ok(())
}

fn check_port(port: u16) -> io::Result<()> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).map(drop)
}

/// The file that describes a running cluster to other programs.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Description {
    gateways: Vec<String>,
    read_model: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    prometheus: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    alertmanager: Option<String>,
    /// The main processes of roles and servers, without their descendants.
    pids: Vec<u32>,
}

impl Cluster {
    /// Starts everything with its data under `folder`, and waits until every role is ready. Catches interrupts once the
    /// servers are installed: an interrupted start stops in order what it has started.
    pub(crate) fn start(binary: &Path, folder: &Path, plan: &Plan) -> anyhow::Result<Self> {
        Backends::install(plan)?;
        interrupt::catch()?;
        let backends = Backends::begin_start(&folder.join("servers"), plan);
        let mut cluster = Self {
            roles: Vec::new(),
            proxies: Vec::new(),
            backends: backends.context("the servers cannot be started")?,
        };
        if let Err(error) = cluster.await_ready(binary, folder, plan) {
            if let Err(error) = cluster.stop() {
                eprintln!("warning: cannot stop the cluster in order: {error:#}");
            }
            return Err(error);
        }
        Ok(cluster)
    }

    /// Waits for the servers, then starts the roles and waits for them.
    fn await_ready(&mut self, binary: &Path, folder: &Path, plan: &Plan) -> anyhow::Result<()> {
        let servers = self.backends.await_ready();
        servers.context("the servers cannot be started")?;
        let versions = Versions {
            newer: binary.to_owned(),
            older: plan.older.clone(),
        };
        for (number, (role, default_port)) in ROLES.into_iter().enumerate() {
            interrupt::check()?;
            if plan.proxies {
                let servers = self.backends.servers();
                let addresses = servers.map(|server| (server.name, server.address));
                self.proxies.push(Proxies::open(addresses)?);
            }
            let proxies = self.proxies.get(number);
            let mut environment = match role {
                WEB => self.environment_of_web(),
                WEB_PTY => self.environment_of_terminals(plan),
                _ => self.backends.environment(role, proxies)?,
            };
            environment.extend(plan.settings.iter().cloned());
            if role == "read-model" {
                let mut services = self.services();
                if plan.default_ports {
                    services.push(format!("{role}=http://127.0.0.1:{default_port}"));
                    // They start later.
                    let later = ROLES.into_iter().skip(number + 1);
                    services.extend(
                        later.map(|(role, port)| format!("{role}=http://127.0.0.1:{port}")),
                    );
                }
                environment.push(("ODD_SERVICES".to_owned(), services.join(",")));
            }
            let launch = Launch {
                binary: versions.oldest_with(role)?.to_owned(),
                role,
                environment,
                log: folder.join(format!("{role}-{number}.log")),
            };
            let port = if plan.default_ports { default_port } else { 0 };
            self.roles.push(RoleProcess::start(launch, port)?);
        }
        if let Some(monitors) = &self.backends.monitors {
            monitors.scrape(&self.roles, &self.backends.rabbitmq)?;
        }
        self.roles.iter_mut().try_for_each(RoleProcess::await_ready)
    }

    /// Writes the addresses and process ids to a JSON file.
    pub(crate) fn describe(&self, file: &Path) -> anyhow::Result<()> {
        let roles = self.roles.iter().map(RoleProcess::pid);
        let servers = self.backends.servers().filter_map(|server| server.pid);
        let monitors = self.backends.monitors.as_ref();
        let description = Description {
            gateways: self.urls("gateway"),
            read_model: self.urls("read-model").pop().unwrap_or_default(),
            prometheus: monitors.map(|monitors| monitors.prometheus.url()),
            alertmanager: monitors.map(|monitors| monitors.alertmanager.url()),
            pids: roles.chain(servers).collect(),
        };
        let text = serde_json::to_string_pretty(&description)?;
        fs::write(file, text).with_context(|| format!("cannot write {}", file.display()))
    }

    /// Returns the URLs of the processes of a role.
    pub(crate) fn urls(&self, role: &str) -> Vec<String> {
        let of_role = self.roles.iter().filter(|process| process.role() == role);
        of_role.map(|process| process.url().to_owned()).collect()
    }

    /// Drains all roles that are running at the same time; once all of them have ended, shuts down the servers. A second
    /// interrupt kills everything that is still running.
    ///
    /// # Errors
    /// If a role or server does not end, or a role ends with an error; after a second interrupt.
    pub(crate) fn stop(mut self) -> anyhow::Result<()> {
        let roles = role::drain(self.roles);
        interrupt::check_second()?;
        match (roles, self.backends.stop()) {
            (Err(roles), Err(servers)) => bail!("{roles:#}\n{servers:#}"),
            (roles, servers) => roles.and(servers),
        }
    }

    /// Returns the settings of the web role: the URLs of the roles that it passes requests on to.
    fn environment_of_web(&self) -> Vec<(String, String)> {
        let mut settings = self.role_urls();
        let terminals = self.urls(WEB_PTY).into_iter().next();
        settings.extend(terminals.map(|url| ("ODD_PTY_URL".to_owned(), url)));
        settings
    }

    /// Returns the settings of the web-pty-server: the URLs of the roles that its terminals show.
    fn environment_of_terminals(&self, plan: &Plan) -> Vec<(String, String)> {
        let port = if plan.default_ports {
            PTY_METRICS_PORT
        } else {
            0
        };
        let mut settings = self.role_urls();
        settings.push((
            "ODD_PTY_METRICS_ADDR".to_owned(),
            format!("127.0.0.1:{port}"),
        ));
        settings
    }

    /// Returns the URLs of the first gateway and of the read-model, as settings.
    fn role_urls(&self) -> Vec<(String, String)> {
        let first = |variable: &str, role| {
            let url = self.urls(role).into_iter().next();
            url.map(|url| (variable.to_owned(), url))
        };
        let gateway = first("ODD_GATEWAY_URL", "gateway");
        let read_model = first("ODD_READ_MODEL_URL", "read-model");
        gateway.into_iter().chain(read_model).collect()
    }

    /// Returns the roles in the format of `ODD_SERVICES`.
    fn services(&self) -> Vec<String> {
        let named = |process: &RoleProcess| format!("{}={}", process.role(), process.url());
        self.roles.iter().map(named).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn port_is_available_unless_a_process_listens_there() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let port = listener.local_addr().expect("bound").port();
        let error = check_port(port).expect_err("in use");
        assert_eq!(error.kind(), io::ErrorKind::AddrInUse);
        drop(listener);
        check_port(port).expect("free again");
    }
}
