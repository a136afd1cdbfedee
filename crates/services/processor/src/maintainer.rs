use std::sync::Arc;
use std::time::Duration;

use odd_contracts::Timestamp;
use odd_core::ports::{Hint, StoreError, WorkerRecord};
use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::environment::Environment;

/// Jobs made ready, attempts ended, or jobs removed in one transaction.
const BATCH: usize = 1_000;

/// Longest sleep until a job is due: a machine that was suspended, or whose clock was set, notices within this time. So
/// does a process that was not told of a job.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

const SWEEP_EVERY: Duration = Duration::from_secs(5);
const PRUNE_EVERY: Duration = Duration::from_secs(60);
const ANNOUNCE_EVERY: Duration = Duration::from_secs(10);
const PAUSE_BETWEEN_PRUNES: Duration = Duration::from_millis(50);
const PAUSE_AFTER_ERROR: Duration = Duration::from_secs(1);

/// Everything that happens by time alone. Runs until dropped.
pub(crate) async fn maintain(environment: Arc<Environment>) {
    tokio::join!(
        make_due_jobs_ready(&environment),
        end_expired_leases(&environment),
        remove_old_jobs(&environment),
        announce(&environment),
    );
}

async fn make_due_jobs_ready(environment: &Environment) {
    let mut hint = Hint::default();
    loop {
        lead(environment).await;
        let next = match environment.maintenance.promote_due(BATCH).await {
            Ok((BATCH, _)) => continue,
            Ok((_, next)) => next,
            Err(error) => {
                tracing::warn!(%error, "due jobs could not be made ready; trying again");
                sleep(PAUSE_AFTER_ERROR).await;
                continue;
            }
        };
        tokio::select! {
            () = sleep_until_due(environment, next) => {}
            () = earlier_due(environment, &mut hint, next) => {}
        }
    }
}

/// Waits until this process is the one that does what concerns no worker in particular. Expired leases are everybody's
/// concern: their jobs are to run elsewhere within a bounded time.
async fn lead(environment: &Environment) {
    while let Err(error) = environment.leadership.wait_for_leadership().await {
        tracing::warn!(%error, "it is not known who maintains the store; trying again");
        sleep(PAUSE_AFTER_ERROR).await;
    }
}

async fn sleep_until_due(environment: &Environment, next: Option<Timestamp>) {
    // One more millisecond, as the rest of the present one was cut off.
    let until_due = next.map_or(LONGEST_SLEEP, |next| {
        Duration::from_millis(next.millis_since(environment.clock.now()) + 1)
    });
    sleep(until_due.min(LONGEST_SLEEP)).await;
}

/// Waits until a job may be due before `next`.
async fn earlier_due(environment: &Environment, last: &mut Hint, next: Option<Timestamp>) {
    loop {
        *last = environment.hints.next_hint(*last).await;
        let is_earlier = match (last.next_due, next) {
            (Some(due), Some(next)) => due < next,
            (Some(_), None) => true,
            (None, _) => false,
        };
        if is_earlier {
            return;
        }
    }
}

async fn end_expired_leases(environment: &Environment) {
    let mut tick = interval(SWEEP_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        match drain(|| environment.maintenance.expire_leases(BATCH)).await {
            Ok(0) => {}
            Ok(attempts) => tracing::warn!(attempts, "leases expired; their jobs go on elsewhere"),
            Err(error) => tracing::warn!(%error, "expired leases could not be ended; trying again"),
        }
    }
}

async fn remove_old_jobs(environment: &Environment) {
    let retention_ms = u64::try_from(environment.config.retention.as_millis()).unwrap_or(u64::MAX);
    let mut tick = interval(PRUNE_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        lead(environment).await;
        let horizon = environment.clock.now().minus_millis(retention_ms);
        let removed = drain(|| async {
            sleep(PAUSE_BETWEEN_PRUNES).await;
            environment.maintenance.prune(horizon, BATCH).await
        });
        match removed.await {
            Ok(0) => {}
            Ok(jobs) => tracing::info!(jobs, "removed jobs that finished long ago"),
            Err(error) => tracing::warn!(%error, "old jobs could not be removed; trying again"),
        }
    }
}

/// Repeats `step` until it finds less than a whole batch; the sum of what it found.
async fn drain<F, R>(step: F) -> Result<usize, StoreError>
where
    F: Fn() -> R,
    R: Future<Output = Result<usize, StoreError>>,
{
    let mut sum = 0;
    loop {
        let found = step().await?;
        sum += found;
        if found < BATCH {
            return Ok(sum);
        }
    }
}

async fn announce(environment: &Environment) {
    let mut tick = interval(ANNOUNCE_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let config = &environment.config;
    loop {
        tick.tick().await;
        let handled = environment.registry.types();
        let types = handled.filter(|name| {
            config
                .types
                .as_ref()
                .is_none_or(|wanted| wanted.contains(name))
        });
        let record = WorkerRecord {
            worker_id: environment.worker_id.to_string(),
            types: Some(types.cloned().collect()),
            concurrency: u32::try_from(config.concurrency).unwrap_or(u32::MAX),
            busy: u32::try_from(environment.leases.len()).unwrap_or(u32::MAX),
            seen_at: environment.clock.now(),
        };
        if let Err(error) = environment.work.record_worker(record).await {
            tracing::warn!(%error, "the worker could not announce itself; trying again");
        }
    }
}
