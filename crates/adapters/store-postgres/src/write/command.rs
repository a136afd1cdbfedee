use std::sync::LazyLock;

use odd_contracts::{CorrelationId, JobId, JobStatus};
use odd_core::ports::CommandError;
use odd_core::{Change, machine};

use super::attempt::time_of;
use crate::change_set::ChangeSet;
use crate::error::DbResult;
use crate::row::{COLUMNS, JobRow};
use crate::shared::{Role, Shared};
use crate::transaction::Transaction;

static BY_ID: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {COLUMNS}, coalesce($2::timestamptz, clock_timestamp()) AS now FROM jobs j WHERE j.id = $1 \
         FOR NO KEY UPDATE"
    )
});

const OTHER_CARRIES_KEY: &str = "SELECT EXISTS (SELECT FROM jobs WHERE live_key = $1)";

type Verdict = Result<(), CommandError>;

/// Locks the job, has `decide` change it, and commits unless it refuses.
async fn command(
    shared: &Shared,
    id: JobId,
    decide: impl AsyncFnOnce(&Transaction, &mut ChangeSet<'_>, JobRow) -> DbResult<Verdict>,
) -> DbResult<Verdict> {
    let tx = Transaction::on(&shared.writers).await?;
    let given = shared.given_time();
    let rows = tx.begin_with(&BY_ID, &[&id.0, &given]).await?;
    let Some(now) = time_of(&rows)? else {
        tx.roll_back().await?;
        return Ok(Err(CommandError::NotFound(id)));
    };
    let mut changes = ChangeSet::new(shared, now);
    let verdict = decide(&tx, &mut changes, JobRow::read(&rows[0])?).await?;
    match verdict {
        Ok(()) => changes.commit(tx).await?,
        Err(_) => tx.roll_back().await?,
    }
    Ok(verdict)
}

fn forbidden(row: &JobRow) -> Verdict {
    Err(CommandError::Forbidden {
        id: row.id,
        status: row.status,
    })
}

/// Cancels a waiting job, or asks a running one to stop.
pub(crate) async fn cancel(shared: &Shared, id: JobId, cause: CorrelationId) -> DbResult<Verdict> {
    command(shared, id, async |_, changes, mut row| {
        if !machine::can_cancel(row.status) {
            return Ok(forbidden(&row));
        }
        if row.status == JobStatus::Executing {
            row.cancel_requested = true;
            changes.request_stop();
        } else {
            if row.status == JobStatus::Pending {
                changes.withdraw(row.job);
            }
            let cancelled = Change::Cancelled {
                message: None,
                duration_ms: None,
            };
            changes.advance_for(&mut row, Role::Gateway, cause, cancelled);
        }
        changes.save(row);
        Ok(Ok(()))
    })
    .await
}

/// Starts a new run of a job that failed or was cancelled.
pub(crate) async fn retry(shared: &Shared, id: JobId, cause: CorrelationId) -> DbResult<Verdict> {
    command(shared, id, async |tx, changes, mut row| {
        if !machine::can_retry(row.status) {
            return Ok(forbidden(&row));
        }
        let requeued = Change::Requeued {
            message: "retried by an operator".into(),
        };
        changes.advance_for(&mut row, Role::Gateway, cause, requeued);
        if let Some(key) = &row.unique_key {
            // While another unfinished job carries the key, this one gives it up.
            let rows = tx.query(OTHER_CARRIES_KEY, &[key]).await?;
            if rows.first().is_some_and(|row| row.get(0)) {
                row.unique_key = None;
            }
        }
        row.run += 1;
        row.attempt_limit = row.attempt + row.max_attempts;
        row.due_at = changes.now();
        row.parked = false;
        row.error = None;
        changes.save(row);
        Ok(Ok(()))
    })
    .await
}

/// Takes a failed job out of the dead letters.
pub(crate) async fn drop_dead_letter(shared: &Shared, id: JobId) -> DbResult<Verdict> {
    const DROP: &str = "UPDATE jobs SET parked = false WHERE id = $1 AND status = 'FAILED' AND parked RETURNING job";
    let client = shared.writers.get().await?;
    let statement = client.prepare_cached(DROP).await?;
    if client.query_opt(&statement, &[&id.0]).await?.is_some() {
        return Ok(Ok(()));
    }
    let statement = client
        .prepare_cached("SELECT status FROM jobs WHERE id = $1")
        .await?;
    Ok(match client.query_opt(&statement, &[&id.0]).await? {
        None => Err(CommandError::NotFound(id)),
        Some(row) => Err(CommandError::Forbidden {
            id,
            status: crate::codec::status(&row, "status")?,
        }),
    })
}
