use std::time::Instant;

use crate::cluster::Cluster;
use crate::cluster::restartable::Restartable;
use crate::cluster::supervisor::Supervisor;

/// A cluster whose roles and servers are restarted when they end.
pub(crate) struct SupervisedCluster {
    cluster: Cluster,
    supervisor: Supervisor,
}

impl SupervisedCluster {
    /// Begins the supervision of a cluster that is ready.
    pub(crate) fn new(mut cluster: Cluster) -> Self {
        let count = processes(&mut cluster).len();
        Self {
            cluster,
            supervisor: Supervisor::new(count, Instant::now()),
        }
    }

    pub(crate) const fn cluster(&self) -> &Cluster {
        &self.cluster
    }

    /// Restarts processes that ended, after a delay, and does not wait until they are ready. Passes a line about each change
    /// to `report`. Returns `true` if process ids have changed.
    pub(crate) fn check(&mut self, report: impl FnMut(String)) -> anyhow::Result<bool> {
        let processes = processes(&mut self.cluster);
        self.supervisor.check(processes, Instant::now(), report)
    }

    /// Stops the cluster in order: see [`Cluster::stop`]. Passes a line about each process that ended since the last check to
    /// `report`.
    pub(crate) fn stop(mut self, report: impl FnMut(String)) -> anyhow::Result<()> {
        let processes = processes(&mut self.cluster);
        self.supervisor.report_ends(processes, report);
        self.cluster.stop()
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
    if let Some(monitors) = &mut backends.monitors {
        processes.push(&mut monitors.prometheus);
        processes.push(&mut monitors.alertmanager);
    }
    for role in roles {
        processes.push(role);
    }
    processes
}
