use std::collections::HashMap;
use std::sync::LazyLock;

use odd_contracts::{JobId, JobStatus, Timestamp};
use odd_core::ports::{EndedAttempt, Lease, StaleLease};
use odd_core::{AttemptResult, AttemptState, AttemptTransition, Change, resolve_attempt};
use tokio_postgres::Row;
use uuid::Uuid;

use crate::change_set::ChangeSet;
use crate::codec;
use crate::error::DbResult;
use crate::row::{AttemptRow, COLUMNS, CompletedRow, JobRow};
use crate::shared::{Role, Shared};
use crate::transaction::Transaction;

/// Locks running jobs. In one order, so that transactions do not wait for each other in a circle.
static HELD: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {COLUMNS}, coalesce($2::timestamptz, clock_timestamp()) AS now FROM jobs j \
         WHERE j.id = ANY($1) AND j.status = 'EXECUTING' ORDER BY j.job FOR NO KEY UPDATE"
    )
});

/// Locks both rows: a lease that is renewed meanwhile has not expired.
static EXPIRED: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {COLUMNS}, coalesce($2::timestamptz, clock_timestamp()) AS now FROM running_jobs r JOIN jobs j USING (job) \
         WHERE r.lease_expires_at < coalesce($2::timestamptz, clock_timestamp()) \
         ORDER BY r.job LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED"
    )
});

/// The time of the transaction: when the last of its rows was locked. Never before their last change, also when the
/// server's clock was set back.
pub(super) fn time_of(rows: &[Row]) -> DbResult<Option<Timestamp>> {
    let mut latest = None;
    for row in rows {
        let locked = codec::time(row, "now")?;
        latest = latest.max(Some(locked.max(codec::time(row, "updated_at")?)));
    }
    Ok(latest)
}

/// Locks the jobs of `leases` that are running, each under its id.
pub(super) async fn hold(
    shared: &Shared,
    tx: &Transaction,
    leases: impl Iterator<Item = Lease>,
) -> DbResult<(HashMap<JobId, JobRow>, Option<Timestamp>)> {
    let ids: Vec<Uuid> = leases.map(|lease| lease.job_id.0).collect();
    let given = shared.given_time();
    let rows = tx.begin_with(&HELD, &[&ids, &given]).await?;
    let now = time_of(&rows)?;
    let mut held = HashMap::with_capacity(rows.len());
    for row in &rows {
        let row = JobRow::read(row)?;
        held.insert(row.id, row);
    }
    Ok((held, now))
}

/// Ends attempts. `jitter` gives numbers uniform in `[0, 1)`.
pub(crate) async fn finish(
    shared: &Shared,
    ended: &[EndedAttempt],
    jitter: fn() -> f64,
) -> DbResult<Vec<Result<JobStatus, StaleLease>>> {
    let tx = Transaction::on(&shared.writers).await?;
    let (mut held, now) = hold(shared, &tx, ended.iter().map(|ended| ended.lease)).await?;
    let Some(now) = now else {
        tx.roll_back().await?;
        return Ok(ended
            .iter()
            .map(|ended| Err(StaleLease(ended.lease)))
            .collect());
    };
    let mut changes = ChangeSet::new(shared, now);
    let mut answers = Vec::with_capacity(ended.len());
    for EndedAttempt { lease, result } in ended {
        let is_held = held
            .get(&lease.job_id)
            .is_some_and(|row| row.attempt == lease.attempt);
        answers.push(match held.remove(&lease.job_id) {
            Some(row) if is_held => Ok(end(&mut changes, row, result, jitter())),
            other => {
                held.extend(other.map(|row| (lease.job_id, row)));
                Err(StaleLease(*lease))
            }
        });
    }
    changes.commit(tx).await?;
    Ok(answers)
}

/// Ends up to `limit` attempts whose lease has run out.
pub(crate) async fn expire(shared: &Shared, limit: usize, jitter: f64) -> DbResult<usize> {
    let tx = Transaction::on(&shared.writers).await?;
    let limit = i64::try_from(limit).unwrap_or(i64::MAX);
    let given = shared.given_time();
    let rows = tx.begin_with(&EXPIRED, &[&limit, &given]).await?;
    let Some(now) = time_of(&rows)? else {
        tx.roll_back().await?;
        return Ok(0);
    };
    let mut changes = ChangeSet::new(shared, now);
    for row in &rows {
        end(
            &mut changes,
            JobRow::read(row)?,
            &AttemptResult::Lost,
            jitter,
        );
    }
    changes.commit(tx).await?;
    Ok(rows.len())
}

/// Ends a running attempt and moves its job on.
fn end(
    changes: &mut ChangeSet<'_>,
    mut row: JobRow,
    result: &AttemptResult,
    jitter: f64,
) -> JobStatus {
    let state = AttemptState {
        attempt: row.attempt,
        attempt_limit: row.attempt_limit,
        max_attempts: row.max_attempts,
        cancel_requested: row.cancel_requested,
        retry: row.retry,
    };
    let settlement = resolve_attempt(&state, result, jitter);
    let now = changes.now();
    let change = settlement.change(now, row.duration_ms(now), result);
    row.due_at = match &change {
        Change::Retrying { run_at, .. } => *run_at,
        _ => now,
    };
    changes.advance(&mut row, Role::Processor, change);
    let status = row.status;
    if status == JobStatus::Completed {
        changes.save_completed(CompletedRow {
            job: row.job,
            result: result.output().cloned(),
        });
        return status;
    }
    changes.save_attempt(AttemptRow {
        job: row.job,
        attempt: row.attempt,
        run: row.run,
        worker_id: row.worker_id.clone().unwrap_or_default(),
        outcome: result.outcome(),
        started_at: row.started_at.unwrap_or(now),
        error: result.failure(),
    });
    row.attempt_limit += u32::from(settlement == AttemptTransition::Requeue { counted: false });
    row.cancel_requested = false;
    row.parked = status == JobStatus::Failed;
    row.error = result.failure().or(row.error);
    changes.save(row);
    status
}
