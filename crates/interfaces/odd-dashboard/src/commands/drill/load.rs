use std::time::Duration;

use odd_contracts::{JobId, JobStatus, QueueList};
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::time::{Instant, MissedTickBehavior, interval};
use tokio_util::sync::CancellationToken;

use super::jobs::{JOB_TYPE, Jobs};
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

/// How long the first jobs of a flood run. Short, so that the slots of workers become free for other jobs.
const FLOOD_JOB_MS: u64 = 30_000;

/// Number of jobs after which those that follow run twice as long, so that [`LARGEST_FLOOD`] fills many slots, too.
const FLOOD_STEP: usize = 1_500;

/// The longest jobs of a flood run longer than the drill.
const LONGEST_FLOOD_JOB_MS: u64 = 1_200_000;

/// The lowest priority of the contract, so that workers start other jobs first.
const LOWEST_PRIORITY: i32 = -100;

/// Time between two queries of the depth of the queue.
const FLOOD_PERIOD: Duration = Duration::from_secs(5);

/// The jobs of a scenario, before, during and after the fault.
pub(super) struct LoadRun<'a> {
    pub(super) load: Load,
    pub(super) queue: &'static str,
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
                Ok(format!(
                    "{FLOOD} jobs are accepted in the queue {}",
                    self.queue
                ))
            }
        }
    }

    /// Adds jobs until `stop` is cancelled, if the scenario needs more of them. A submission in progress is completed. Returns
    /// why the flood cannot be large enough, if so.
    pub(super) async fn keep_going(&self, stop: &CancellationToken) -> Option<String> {
        if self.load != Load::Flood {
            stop.cancelled().await;
            return None;
        }
        let begun = Instant::now();
        let mut ticks = interval(FLOOD_PERIOD);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            tokio::select! {
                () = stop.cancelled() => return None,
                _ = ticks.tick() => {}
            }
            let elapsed = u64::try_from(begun.elapsed().as_millis()).unwrap_or(u64::MAX);
            let expected = FLOOD + elapsed / FLOOD_GROWS_MS;
            // A query or a submission that fails is repeated with the next tick.
            let Ok(depth) = self.depth().await else {
                continue;
            };
            if self.jobs.len() > LARGEST_FLOOD {
                return Some(format!(
                    "the workers start jobs faster than {LARGEST_FLOOD} can wait; start fewer processors, or lower \
                     ODD_WORKER_CONCURRENCY"
                ));
            }
            if depth < expected {
                let _ = self.flood(expected - depth).await;
            }
        }
    }

    /// Repairs the jobs after the end of the fault: replays those that failed, and cancels a flood.
    pub(super) async fn repair(&self, deadline: Instant) -> Result<Option<String>, String> {
        match self.load {
            Load::Unaffected | Load::Interrupted => Ok(None),
            Load::Failing => {
                let failed: Vec<JobId> = self.jobs.with_status(JobStatus::Failed);
                self.jobs.replay(&failed, deadline).await?;
                self.jobs.submit(SUCCESSES, &ordinary()).await?;
                Ok(Some(format!(
                    "replayed {} dead letters; {SUCCESSES} more jobs follow",
                    failed.len()
                )))
            }
            Load::Flood => {
                let cancelled = self.jobs.cancel_open(deadline).await?;
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
        let ms = flood_job_ms(self.jobs.len());
        let job = json!({
            "type": "sleep",
            "payload": {"ms": ms},
            "timeoutMs": 2 * ms,
            "priority": LOWEST_PRIORITY,
        });
        let count = usize::try_from(count).unwrap_or(LARGEST_FLOOD);
        self.jobs.submit(count.min(LARGEST_FLOOD), &job).await
    }

    async fn depth(&self) -> Result<u64, String> {
        let answer = self.deployment.read_model("/queues").await?;
        let list: QueueList = answer.expect(StatusCode::OK)?.parse()?;
        let mut queues = list.queues.iter();
        let found = queues.find(|queue| queue.queue.as_str() == self.queue);
        Ok(found.map_or(0, |queue| queue.ready))
    }
}

/// Returns how long the next jobs of a flood run, after this number of jobs.
fn flood_job_ms(submitted: usize) -> u64 {
    let doublings = u32::try_from(submitted / FLOOD_STEP).unwrap_or(u32::MAX);
    let factor = 2_u64.saturating_pow(doublings);
    FLOOD_JOB_MS
        .saturating_mul(factor)
        .min(LONGEST_FLOOD_JOB_MS)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::commands::drill::scenario::Scenario;

    /// Returns how many jobs a flood submits until the alert fires if workers have this number of slots.
    fn jobs_of_flood(slots: usize) -> usize {
        let flood = Scenario::parse("flood").expect("there is one");
        let drill_ms = u64::try_from(flood.expected().as_millis()).expect("short");
        let period_ms = u64::try_from(FLOOD_PERIOD.as_millis()).expect("short");
        let mut submitted = 0;
        let mut waiting = std::collections::VecDeque::new();
        let mut running: Vec<u64> = Vec::new();
        for now in (0..drill_ms).step_by(usize::try_from(period_ms).expect("short")) {
            let expected = usize::try_from(FLOOD + now / FLOOD_GROWS_MS).expect("small");
            while waiting.len() < expected {
                waiting.push_back(flood_job_ms(submitted));
                submitted += 1;
            }
            running.retain(|end| *end > now);
            while running.len() < slots {
                running.push(now + waiting.pop_front().unwrap_or(period_ms));
            }
        }
        submitted
    }

    #[test]
    fn flood_is_large_enough_for_many_slots_and_runs_short_jobs_for_few() {
        assert_eq!(flood_job_ms(0), FLOOD_JOB_MS);
        assert_eq!(flood_job_ms(LARGEST_FLOOD), LONGEST_FLOOD_JOB_MS);
        for slots in [1, 32, 500, 1_500] {
            let jobs = jobs_of_flood(slots);
            assert!(jobs < LARGEST_FLOOD, "{slots} slots: {jobs} jobs");
        }
        assert!(jobs_of_flood(32) < 2 * FLOOD_STEP);
    }
}
