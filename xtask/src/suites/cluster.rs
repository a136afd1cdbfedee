//! The distributed observatory as a whole: the command line against each gateway, the faults that stop most systems,
//! and a drain that ends every role with 0. All of it is the referee's to judge.

use crate::suites::referee_cluster::{self, ClusterTrial};
use crate::tally::Count;
use crate::workspace::{Profile, Workspace};

/// A few minutes' worth: a gateway, a worker, the metrics-engine are killed; RabbitMQ is killed and loses its data;
/// PostgreSQL is killed; Redis loses its data; messages are repeated; each role is asked to end.
const FAULTS: [u32; 9] = [1, 3, 4, 8, 9, 11, 15, 19, 25];

/// Starts a cluster, uses it, breaks it in many ways, and drains it.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<Count> {
    let binary = workspace.binary(Profile::Dev);
    let trial = ClusterTrial {
        binary: &binary,
        faults: &FAULTS,
        seed: 1,
        rounds: 1,
        max_seconds: 600,
        event_delay_seconds: 10,
    };
    let report = referee_cluster::hold(workspace, &trial)?;
    for violation in &report.violations {
        eprintln!("{}: {}", violation.rule, violation.detail);
    }
    Ok(Count {
        passed: report.rounds,
        failed: report.violations.len(),
    })
}
