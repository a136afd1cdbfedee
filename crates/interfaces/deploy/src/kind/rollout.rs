use std::time::Duration;

use tokio::time::Instant;

use super::{Cluster, NAMESPACE, Snapshot};
use crate::DeployError;
use crate::docker::QUESTION_LIMIT;
use crate::program::last_lines;

/// How often the cluster is inspected while it starts.
const POLL_INTERVAL: Duration = Duration::from_secs(1);

/// How many questions in a row may fail: a node that starts everything at once is slow to answer.
const FAILURES: u32 = 10;

/// How much of the log of a container an error shows.
const LOG_LINES: usize = 12;

impl Cluster {
    /// Waits until every workload is ready. `progress` gets the state about once a second.
    ///
    /// # Errors
    /// If they are not ready within `limit`, or the cluster does not answer. Everything keeps running then.
    pub async fn rollout(
        &self,
        limit: Duration,
        mut progress: impl FnMut(&Snapshot),
    ) -> Result<(), DeployError> {
        let deadline = Instant::now() + limit;
        let mut failures = 0;
        loop {
            let snapshot = match self.snapshot().await {
                Ok(snapshot) => {
                    failures = 0;
                    snapshot
                }
                Err(_) if failures < FAILURES && Instant::now() < deadline => {
                    failures += 1;
                    tokio::time::sleep(POLL_INTERVAL).await;
                    continue;
                }
                Err(error) => return Err(error),
            };
            progress(&snapshot);
            if snapshot.is_ready() {
                return Ok(());
            }
            if Instant::now() >= deadline {
                return Err(self.explain(&snapshot, limit).await);
            }
            tokio::time::sleep(POLL_INTERVAL).await;
        }
    }

    /// Names the pod that does not start, with the end of its log.
    async fn explain(&self, snapshot: &Snapshot, limit: Duration) -> DeployError {
        let Some(problem) = snapshot.problems.first() else {
            return DeployError::NotReady {
                services: snapshot.waiting().join(", "),
                seconds: limit.as_secs(),
            };
        };
        let mut log = String::new();
        if let Some(container) = &problem.container {
            let lines = format!("--tail={LOG_LINES}");
            let previous = format!("--previous={}", problem.has_ended);
            let arguments = [
                "logs",
                "--namespace",
                NAMESPACE,
                &problem.pod,
                "--container",
                container,
                &lines,
                &previous,
            ];
            // A container that never ran has no log.
            let output = self.kubectl().run(arguments, QUESTION_LIMIT).await;
            log = last_lines(&output.unwrap_or_default(), LOG_LINES);
        }
        DeployError::Pod {
            pod: problem.pod.clone(),
            reason: problem.reason.clone(),
            message: problem.message.clone(),
            log,
            hint: problem.hint(),
        }
    }
}
