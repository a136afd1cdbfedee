use std::sync::Arc;
use std::time::Duration;

use odd_contracts::Timestamp;
use odd_core::ports::{ErrorChain, Hint, StoreError};
use tokio::time::{MissedTickBehavior, interval, sleep};

use crate::context::ProcessorContext;
use crate::renewal::renew_all;

/// Largest number of jobs promoted, leases expired or jobs removed in one transaction.
const BATCH: usize = 1_000;

/// Longest sleep until a job is due. It bounds the delay after the machine was suspended, its clock was set, or a hint was
/// lost.
const LONGEST_SLEEP: Duration = Duration::from_secs(60);

const EXPIRE_EVERY: Duration = Duration::from_secs(5);
const PRUNE_EVERY: Duration = Duration::from_secs(60);
const PAUSE_BETWEEN_PRUNES: Duration = Duration::from_millis(50);
const PAUSE_AFTER_ERROR: Duration = Duration::from_secs(1);

/// Runs the periodic work of a processor until dropped.
pub(crate) async fn maintain(context: Arc<ProcessorContext>) {
    tokio::join!(
        promote_due_jobs(&context),
        expire_leases(&context),
        remove_old_jobs(&context),
    );
}

async fn promote_due_jobs(context: &ProcessorContext) {
    let mut hint = Hint::default();
    loop {
        wait_for_leadership(context).await;
        let next = match context.maintenance.promote_due(BATCH).await {
            Ok((BATCH, _)) => continue,
            Ok((_, next)) => next,
            Err(error) => {
                tracing::warn!(error = %ErrorChain(&error), "failed to promote due jobs; retrying");
                sleep(PAUSE_AFTER_ERROR).await;
                continue;
            }
        };
        tokio::select! {
            () = sleep_until_due(context, next) => {}
            () = earlier_due(context, &mut hint, next) => {}
        }
    }
}

/// Waits until this process is the leader, which promotes due jobs and removes old ones. Leases are expired without it, by
/// every processor, so that their jobs are retried within a bounded time even while there is no leader.
async fn wait_for_leadership(context: &ProcessorContext) {
    while let Err(error) = context.leadership.wait_for_leadership().await {
        tracing::warn!(error = %ErrorChain(&error), "failed to determine the leader; retrying");
        sleep(PAUSE_AFTER_ERROR).await;
    }
}

async fn sleep_until_due(context: &ProcessorContext, next: Option<Timestamp>) {
    // One more millisecond, because the difference is rounded down.
    let until_due = next.map_or(LONGEST_SLEEP, |next| {
        Duration::from_millis(next.millis_since(context.hints.time().steady) + 1)
    });
    sleep(until_due.min(LONGEST_SLEEP)).await;
}

/// Waits for a hint that a job is due before `next`.
async fn earlier_due(context: &ProcessorContext, last: &mut Hint, next: Option<Timestamp>) {
    loop {
        *last = context.hints.next_hint(*last).await;
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

async fn expire_leases(context: &ProcessorContext) {
    let mut tick = interval(EXPIRE_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut last = None;
    loop {
        tick.tick().await;
        let now = context.clock.elapsed();
        let before = last.replace(now).unwrap_or(now);
        if now.saturating_sub(before) > EXPIRE_EVERY + context.config.lease / 6 {
            tracing::warn!(
                "this process was paused; its leases are renewed before expired ones end"
            );
            renew_first(context).await;
        }
        let expire = || async {
            let expiry = context.maintenance.expire_leases(BATCH).await?;
            let counted = expiry.lost.iter();
            counted.for_each(|lost| context.metrics.count_lost(lost));
            Ok(expiry.leases)
        };
        match drain(expire).await {
            Ok(0) => {}
            Ok(attempts) => {
                tracing::warn!(attempts, "leases expired; their jobs were retried or ended")
            }
            Err(error) => {
                tracing::warn!(error = %ErrorChain(&error), "failed to expire leases; retrying")
            }
        }
    }
}

/// Renews the leases of this process after a pause, so that it does not end attempts that continue now.
async fn renew_first(context: &ProcessorContext) {
    if let Err(error) = renew_all(context).await {
        tracing::warn!(error = %ErrorChain(&error), "failed to renew leases after a pause");
    }
}

async fn remove_old_jobs(context: &ProcessorContext) {
    let retention_ms = u64::try_from(context.config.retention.as_millis()).unwrap_or(u64::MAX);
    let mut tick = interval(PRUNE_EVERY);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        wait_for_leadership(context).await;
        let horizon = context.clock.now().minus_millis(retention_ms);
        let removed = drain(|| async {
            sleep(PAUSE_BETWEEN_PRUNES).await;
            context.maintenance.prune(horizon, BATCH).await
        });
        match removed.await {
            Ok(0) => {}
            Ok(jobs) => tracing::info!(jobs, "removed jobs past the retention period"),
            Err(error) => {
                tracing::warn!(error = %ErrorChain(&error), "failed to remove old jobs; retrying")
            }
        }
    }
}

/// Repeats `step` until it processes less than a whole batch. Returns how much it processed in all.
async fn drain<F, R>(step: F) -> Result<usize, StoreError>
where
    F: Fn() -> R,
    R: Future<Output = Result<usize, StoreError>>,
{
    let mut total = 0;
    loop {
        let processed = step().await?;
        total += processed;
        if processed < BATCH {
            return Ok(total);
        }
    }
}
