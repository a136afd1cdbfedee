//! The distributed observatory as a whole, checked by the referee: the command line with each gateway, a selection of
//! faults, and a drain that ends every role with exit code 0.

use crate::suites::referee_cluster::{self, ClusterRunOptions};
use crate::tally::Count;
use crate::workspace::{Profile, Workspace};

/// Faults for a few minutes: a gateway, a worker and the metrics-engine are killed; RabbitMQ is killed and loses its
/// data; PostgreSQL is killed; Redis loses its data; messages are repeated; each role is terminated.
const FAULTS: [u32; 9] = [1, 3, 4, 8, 9, 11, 15, 19, 25];

/// Starts a cluster, injects the faults under load, and drains it.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<Count> {
    let binary = workspace.binary(Profile::DEV);
    let options = ClusterRunOptions {
        binary: &binary,
        older: None,
        faults: &FAULTS,
        seed: 1,
        rounds: 1,
        max_seconds: 600,
        event_delay_seconds: 10,
    };
    let report = referee_cluster::run_referee(workspace, &options)?;
    for violation in &report.violations {
        eprintln!("{}: {}", violation.rule, violation.detail);
    }
    Ok(Count {
        passed: report.rounds,
        failed: report.violations.len(),
    })
}
