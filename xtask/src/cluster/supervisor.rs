//! Restarts the roles and servers of a cluster that ended, while the others keep running.

use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Instant;

use odd_private_servers::{Engine, Server};

use crate::cluster::restart_policy::RestartPolicy;
use crate::cluster::{Cluster, RoleProcess};
use crate::interrupt;

/// A process that can be restarted at its address and with its data.
trait Restartable {
    fn name(&self) -> String;
    fn pid(&self) -> Option<u32>;
    fn log_file(&self) -> PathBuf;
    /// Returns the exit status of a process that ended.
    fn exit_status(&mut self) -> anyhow::Result<Option<ExitStatus>>;
    fn restart(&mut self) -> anyhow::Result<()>;
}

/// A cluster and the restart policy of each of its processes.
pub(crate) struct Supervisor {
    cluster: Cluster,
    /// In the order of [`processes`].
    policies: Vec<RestartPolicy>,
}

impl Supervisor {
    pub(crate) fn new(mut cluster: Cluster) -> Self {
        let now = Instant::now();
        let processes = processes(&mut cluster).into_iter();
        let policies = processes.map(|_| RestartPolicy::new(now)).collect();
        Self { cluster, policies }
    }

    pub(crate) const fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// Restarts the processes whose delay has passed, and schedules a restart for those that ended. Passes a line about
    /// each to `report`. Stops early after an interrupt. Returns `true` if process ids have changed.
    pub(crate) fn check(&mut self, mut report: impl FnMut(String)) -> anyhow::Result<bool> {
        let mut has_restarted = false;
        for (process, policy) in processes(&mut self.cluster)
            .into_iter()
            .zip(&mut self.policies)
        {
            if interrupt::is_interrupted() {
                break;
            }
            if !policy.is_waiting() {
                let pid = process.pid();
                if let Some(status) = process.exit_status()? {
                    let delay = policy.record_failure(Instant::now());
                    let pid = pid.map_or_else(String::new, |pid| format!(" (pid {pid})"));
                    report(format!(
                        "{}{pid} ended with {status}; restarting in {} s; log: {}",
                        process.name(),
                        delay.as_secs(),
                        process.log_file().display()
                    ));
                }
            } else if policy.is_due(Instant::now()) {
                report(restart(process, policy));
                has_restarted |= !policy.is_waiting();
            }
        }
        Ok(has_restarted)
    }

    /// Drains the roles that are running, then stops the servers.
    pub(crate) fn stop(self) -> anyhow::Result<()> {
        self.cluster.stop()
    }
}

fn restart(process: &mut dyn Restartable, policy: &mut RestartPolicy) -> String {
    let name = process.name();
    match process.restart() {
        Ok(()) => {
            policy.record_start(Instant::now());
            let pid = process.pid().unwrap_or_default();
            format!("{name} was restarted (pid {pid})")
        }
        Err(error) => {
            let delay = policy.record_failure(Instant::now()).as_secs();
            format!("{name} cannot be restarted: {error:#}; retrying in {delay} s")
        }
    }
}

/// Returns the servers, then the roles: a role that ended because of a server is restarted after it.
fn processes(cluster: &mut Cluster) -> Vec<&mut dyn Restartable> {
    let Cluster {
        roles, backends, ..
    } = cluster;
    let mut processes: Vec<&mut dyn Restartable> = vec![
        &mut backends.postgres,
        &mut backends.rabbitmq,
        &mut backends.redis,
    ];
    if let Some(mongo) = &mut backends.mongo {
        processes.push(mongo);
    }
    for role in roles {
        processes.push(role);
    }
    processes
}

impl Restartable for RoleProcess {
    fn name(&self) -> String {
        format!("{} at {}", self.role(), self.url())
    }

    fn pid(&self) -> Option<u32> {
        Some(Self::pid(self))
    }

    fn log_file(&self) -> PathBuf {
        self.log().to_owned()
    }

    fn exit_status(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        self.status()
    }

    fn restart(&mut self) -> anyhow::Result<()> {
        Self::restart(self)
    }
}

impl<E: Engine> Restartable for Server<E> {
    fn name(&self) -> String {
        format!("{} at {}", E::KIND, self.address())
    }

    fn pid(&self) -> Option<u32> {
        Self::pid(self)
    }

    fn log_file(&self) -> PathBuf {
        Self::log_file(self)
    }

    fn exit_status(&mut self) -> anyhow::Result<Option<ExitStatus>> {
        Ok(self.unexpected_exit())
    }

    fn restart(&mut self) -> anyhow::Result<()> {
        Ok(Self::restart(self)?)
    }
}
