//! Restarts the roles and servers of a cluster that ended, while the others keep running.

use std::path::PathBuf;
use std::process::ExitStatus;
use std::time::Instant;

use odd_private_servers::{Engine, Server};

use crate::cluster::restart_policy::{RestartPolicy, RestartState};
use crate::cluster::{Cluster, RoleProcess};
use crate::interrupt;

/// A process that can be restarted at its address and with its data.
trait Restartable {
    fn name(&self) -> String;
    fn pid(&self) -> Option<u32>;
    fn log_file(&self) -> PathBuf;
    /// Returns the exit status of a process that ended.
    fn exit_status(&mut self) -> anyhow::Result<Option<ExitStatus>>;
    /// Starts the process, and returns before it is ready.
    fn begin_restart(&mut self) -> anyhow::Result<()>;
    /// Returns `true` once the restarted process is ready.
    ///
    /// # Errors
    /// If it does not become ready. It has ended then.
    fn poll_ready(&mut self) -> anyhow::Result<bool>;
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

    /// Schedules a restart for processes that ended, starts those whose delay has passed, and checks whether those that
    /// were started are ready. Waits for none of them to become ready. Passes a line about each change to `report`. Stops early after an
    /// interrupt. Returns `true` if process ids have changed.
    pub(crate) fn check(&mut self, mut report: impl FnMut(String)) -> anyhow::Result<bool> {
        let mut has_started = false;
        let processes = processes(&mut self.cluster).into_iter();
        for (process, policy) in processes.zip(&mut self.policies) {
            if interrupt::is_interrupted() {
                break;
            }
            let line = match policy.state() {
                RestartState::Running(_) => detect_end(process, policy)?,
                RestartState::Waiting(until) if Instant::now() < until => None,
                RestartState::Waiting(_) => {
                    has_started = true;
                    start(process, policy)
                }
                RestartState::Starting => check_ready(process, policy),
            };
            line.map(&mut report);
        }
        Ok(has_started)
    }

    /// Drains the roles that are running, then stops the servers. Passes a line about each process that ended since the
    /// last check to `report`.
    pub(crate) fn stop(mut self, mut report: impl FnMut(String)) -> anyhow::Result<()> {
        let processes = processes(&mut self.cluster).into_iter();
        for (process, policy) in processes.zip(&self.policies) {
            if matches!(policy.state(), RestartState::Waiting(_)) {
                continue;
            }
            if let Ok(Some(status)) = process.exit_status() {
                report(describe_end(process, status));
            }
        }
        self.cluster.stop()
    }
}

fn detect_end(
    process: &mut dyn Restartable,
    policy: &mut RestartPolicy,
) -> anyhow::Result<Option<String>> {
    let Some(status) = process.exit_status()? else {
        return Ok(None);
    };
    let delay = policy.record_failure(Instant::now()).as_secs();
    let end = describe_end(process, status);
    Ok(Some(format!("{end}; restarting in {delay} s")))
}

fn describe_end(process: &dyn Restartable, status: ExitStatus) -> String {
    let pid = process.pid().unwrap_or_default();
    let (name, log) = (process.name(), process.log_file());
    format!(
        "{name} (pid {pid}) ended with {status} (log: {})",
        log.display()
    )
}

fn start(process: &mut dyn Restartable, policy: &mut RestartPolicy) -> Option<String> {
    match process.begin_restart() {
        Ok(()) => {
            policy.record_start();
            None
        }
        Err(error) => Some(failed_restart(process, policy, &error)),
    }
}

fn check_ready(process: &mut dyn Restartable, policy: &mut RestartPolicy) -> Option<String> {
    match process.poll_ready() {
        Ok(false) => None,
        Ok(true) => {
            policy.record_ready(Instant::now());
            let pid = process.pid().unwrap_or_default();
            Some(format!("{} was restarted (pid {pid})", process.name()))
        }
        Err(error) => Some(failed_restart(process, policy, &error)),
    }
}

fn failed_restart(
    process: &dyn Restartable,
    policy: &mut RestartPolicy,
    error: &anyhow::Error,
) -> String {
    let delay = policy.record_failure(Instant::now()).as_secs();
    let name = process.name();
    format!("{name} cannot be restarted: {error:#}; retrying in {delay} s")
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

    fn begin_restart(&mut self) -> anyhow::Result<()> {
        self.restart()
    }

    /// A role that waits for a server is not ready but works as intended, so there is no limit to enforce.
    fn poll_ready(&mut self) -> anyhow::Result<bool> {
        Ok(true)
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

    fn begin_restart(&mut self) -> anyhow::Result<()> {
        Ok(Self::begin_restart(self)?)
    }

    fn poll_ready(&mut self) -> anyhow::Result<bool> {
        Ok(Self::poll_ready(self)?)
    }
}
