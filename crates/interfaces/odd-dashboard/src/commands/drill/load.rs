use std::time::Duration;

use odd_contracts::{JobId, JobStatus, QueueList};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::time::{Instant, MissedTickBehavior, interval};

use super::jobs::{JOB_TYPE, Jobs, QUEUE};
use super::scenario::Load;
use crate::commands::deployment::Deployment;

/// Longest wait for jobs that only have to run.
const SHORT: Duration = Duration::from_secs(60);

/// Failures before the alert. The rule needs 5 in 5 minutes; more than 10 would let another alert fire, too.
const FAILURES: usize = 8;

/// Successes after the fault, so that the share of failures falls below the threshold of the rule at once.
const SUCCESSES: usize = 200;

/// Ready jobs at the start of a flood: above the threshold of the rule.
const FLOOD: u64 = 400;

/// Milliseconds after which a flood has one more ready job: the rule needs ten in a minute.
const FLOOD_GROWS_MS: u64 = 1_000;

/// Largest number of jobs of a flood.
const LARGEST_FLOOD: usize = 10_000;

/// Time between two queries of the depth of the queue.
const FLOOD_PERIOD: Duration = Duration::from_secs(5);

/// The jobs of a scenario, before, during and after the fault.
pub(super) struct LoadRun<'a> {
    pub(super) load: Load,
    pub(super) deployment: &'a Deployment,
    pub(super) jobs: &'a Jobs<'a>,
}

fn ordinary() -> Value {
    json!({"type": JOB_TYPE, "payload": {"drill": true}})
}

impl LoadRun<'_> {
    /// Submits jobs before the fault.
    pub(super) async fn before(&self) -> Result<Option<String>, String> {
        if self.load != Load::Interrupted {
            return Ok(None);
        }
        let running = json!({"type": "sleep", "payload": {"ms": 10_000}, "maxAttempts": 10});
        let ids = self.jobs.submit(2, &running).await?;
        let deadline = Instant::now() + SHORT;
        let started = self.jobs.wait_for(&ids, &[JobStatus::Executing], deadline);
        started.await?;
        Ok(Some("2 jobs of 10 s run".to_owned()))
    }

    /// Submits jobs while the fault is active. Returns what they show.
    pub(super) async fn during(&self) -> Result<String, String> {
        let deadline = Instant::now() + SHORT;
        match self.load {
            Load::Unaffected => {
                let ids = self.jobs.submit(3, &ordinary()).await?;
                let completed = self.jobs.wait_for(&ids, &[JobStatus::Completed], deadline);
                completed.await?;
                Ok("3 jobs are COMPLETED although the fault is active".to_owned())
            }
            Load::Interrupted => {
                self.jobs.submit(3, &ordinary()).await?;
                Ok("3 more jobs are accepted; they wait".to_owned())
            }
            Load::Failing => {
                let mut failing = ordinary();
                failing["maxAttempts"] = json!(1);
                let ids = self.jobs.submit(FAILURES, &failing).await?;
                let failed = self.jobs.wait_for(&ids, &[JobStatus::Failed], deadline);
                failed.await?;
                Ok(format!("{FAILURES} jobs are FAILED: failed by a drill"))
            }
            Load::Flood => {
                self.flood(FLOOD).await?;
                Ok(format!("{FLOOD} jobs of 30 s are accepted"))
            }
        }
    }

    /// Adds jobs until dropped, if the scenario needs more of them.
    pub(super) async fn keep_going(&self) -> String {
        if self.load != Load::Flood {
            return std::future::pending().await;
        }
        let begun = Instant::now();
        let mut ticks = interval(FLOOD_PERIOD);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            let elapsed = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
            let expected = FLOOD + elapsed / FLOOD_GROWS_MS;
            // A query or a submission that fails is repeated with the next tick.
            let Ok(depth) = self.depth().await else {
                continue;
            };
            if self.jobs.len() > LARGEST_FLOOD {
                return format!("the workers start jobs faster than {LARGEST_FLOOD} can wait");
            }
            if depth < expected {
                let _ = self.flood(expected - depth).await;
            }
        }
    }

    /// Repairs the jobs after the end of the fault: replays those that failed, and cancels a flood.
    pub(super) async fn repair(&self) -> Result<Option<String>, String> {
        match self.load {
            Load::Unaffected | Load::Interrupted => Ok(None),
            Load::Failing => {
                let failed: Vec<JobId> = self.jobs.with_status(JobStatus::Failed);
                self.jobs.replay(&failed).await?;
                self.jobs.submit(SUCCESSES, &ordinary()).await?;
                Ok(Some(format!(
                    "replayed {} dead letters; {SUCCESSES} more jobs follow",
                    failed.len()
                )))
            }
            Load::Flood => {
                let cancelled = self.jobs.cancel_open().await?;
                Ok(Some(format!("cancelled {cancelled} jobs")))
            }
        }
    }

    /// Returns the statuses that the jobs must have in the end.
    pub(super) const fn final_statuses(&self) -> &'static [JobStatus] {
        match self.load {
            Load::Flood => &[JobStatus::Completed, JobStatus::Cancelled],
            _ => &[JobStatus::Completed],
        }
    }

    async fn flood(&self, count: u64) -> Result<Vec<JobId>, String> {
        // The lowest priority, so that workers start other jobs first.
        let job = json!({"type": "sleep", "payload": {"ms": 30_000}, "priority": 0});
        let count = usize::try_from(count).unwrap_or(LARGEST_FLOOD);
        self.jobs.submit(count, &job).await
    }

    async fn depth(&self) -> Result<u64, String> {
        let answer = self.deployment.read_model("/queues").await?;
        let list: QueueList = answer.expect(StatusCode::OK)?.parse()?;
        let mut queues = list.queues.iter();
        let found = queues.find(|queue| queue.queue.as_str() == QUEUE);
        Ok(found.map_or(0, |queue| queue.ready))
    }
}
