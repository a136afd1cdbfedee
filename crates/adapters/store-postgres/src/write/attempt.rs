use std::sync::LazyLock;

use odd_contracts::JobStatus;
use odd_core::ports::{EndedAttempt, Expiry, LostAttempt, StaleLease};
use odd_core::{AttemptResult, VersionedChange};

use super::locked::{LockedJobs, time_of};
use crate::change_set::ChangeSet;
use crate::codec::{self, SqlTimestamp};
use crate::error::DbResult;
use crate::row::{AttemptRow, COLUMNS, CompletedRow, JobRow};
use crate::shared::Shared;
use crate::transaction::Transaction;

/// Locks both rows, so that a lease that is renewed at the same time does not expire.
static LOCK_EXPIRED: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {COLUMNS}, coalesce($2::timestamptz, clock_timestamp()) AS now FROM running_jobs r JOIN jobs j USING (job) \
         WHERE r.lease_expires_at < $3 \
         ORDER BY r.job LIMIT $1 FOR NO KEY UPDATE SKIP LOCKED"
    )
});

/// Ends attempts. `jitter` returns numbers that are uniform in `[0, 1)`.
pub(crate) async fn finish(
    shared: &Shared,
    ended: &[EndedAttempt],
    jitter: fn() -> f64,
) -> DbResult<Vec<Result<JobStatus, StaleLease>>> {
    let tx = Transaction::on(shared).await?;
    let leases = ended.iter().map(|ended| ended.lease);
    let (mut locked, time) = LockedJobs::lock(shared, &tx, leases.clone()).await?;
    let Some(time) = time else {
        tx.roll_back().await?;
        return Ok(leases.map(|lease| Err(StaleLease(lease))).collect());
    };
    let mut changes = ChangeSet::new(shared, time);
    let mut answers = Vec::with_capacity(ended.len());
    for EndedAttempt { lease, result } in ended {
        answers.push(match locked.remove(*lease) {
            Some(mut row) => {
                let change = row.state.end_attempt(result, jitter(), time.now)?;
                Ok(record_end(&mut changes, row, result, change))
            }
            None => Err(StaleLease(*lease)),
        });
    }
    changes.commit(tx).await?;
    Ok(answers)
}

/// Ends up to `limit` attempts whose lease has expired.
pub(crate) async fn expire(shared: &Shared, limit: usize, jitter: f64) -> DbResult<Expiry> {
    let tx = Transaction::on(shared).await?;
    let limit = codec::row_limit(limit);
    let given = shared.given_time();
    let steady = SqlTimestamp(shared.server_time.now().steady);
    let rows = tx
        .begin_with(&LOCK_EXPIRED, &[&limit, &given, &steady])
        .await?;
    let Some(time) = time_of(shared, &rows)? else {
        tx.roll_back().await?;
        return Ok(Expiry::default());
    };
    let mut changes = ChangeSet::new(shared, time);
    let mut lost = Vec::with_capacity(rows.len());
    for row in &rows {
        let mut row = JobRow::read(row)?;
        match row
            .state
            .end_attempt(&AttemptResult::Lost, jitter, time.now)
        {
            Ok(change) => {
                lost.push(LostAttempt {
                    job_type: row.job_type.clone(),
                    run: row.state.run,
                    status: row.state.status,
                });
                record_end(&mut changes, row, &AttemptResult::Lost, change);
            }
            Err(refusal) => changes.skip(&row, refusal),
        }
    }
    changes.commit(tx).await?;
    Ok(Expiry {
        leases: rows.len(),
        lost,
    })
}

/// Records that the running attempt of a job ended. Returns the new status of the job.
fn record_end(
    changes: &mut ChangeSet<'_>,
    row: JobRow,
    result: &AttemptResult,
    change: VersionedChange,
) -> JobStatus {
    changes.record(&row, change);
    let status = row.state.status;
    if status == JobStatus::Completed {
        changes.save_completed(CompletedRow {
            job: row.job,
            result: result.output().cloned(),
        });
    } else {
        changes.save_attempt(AttemptRow::of(&row, result, changes.now().wall));
        changes.save(row);
    }
    status
}
