use std::sync::LazyLock;

use odd_contracts::{CorrelationId, JobId, JobStatus};
use odd_core::ports::CommandError;
use odd_core::{Cancellation, Refusal};

use super::locked::time_of;
use crate::change_set::ChangeSet;
use crate::codec;
use crate::error::DbResult;
use crate::row::{COLUMNS, JobRow};
use crate::shared::Shared;
use crate::transaction::{Param, Transaction, pipeline};

static LOCK: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {COLUMNS}, coalesce($2::timestamptz, clock_timestamp()) AS now FROM jobs j WHERE j.id = $1 \
         FOR NO KEY UPDATE"
    )
});

const HOLDER_OF_KEY: &str = "SELECT id FROM jobs WHERE live_key = $1";

const DROP_DEAD_LETTER: &str = "\
UPDATE jobs SET parked = false WHERE job = $1";

type Verdict = Result<(), CommandError>;

/// A job that a command locked.
struct LockedJob<'a> {
    row: JobRow,
    changes: ChangeSet<'a>,
    tx: Transaction,
}

impl<'a> LockedJob<'a> {
    /// Begins a transaction and locks the job, or returns `None` if there is no such job.
    async fn lock(shared: &'a Shared, id: JobId) -> DbResult<Option<Self>> {
        let tx = Transaction::on(shared).await?;
        let given = shared.given_time();
        let rows = tx.begin_with(&LOCK, &[&id.0, &given]).await?;
        let Some(time) = time_of(shared, &rows)? else {
            tx.roll_back().await?;
            return Ok(None);
        };
        Ok(Some(Self {
            row: JobRow::read(&rows[0])?,
            changes: ChangeSet::new(shared, time),
            tx,
        }))
    }

    async fn save(mut self) -> DbResult<Verdict> {
        self.changes.save(self.row);
        self.changes.commit(self.tx).await?;
        Ok(Ok(()))
    }

    async fn refuse(self, refusal: Refusal) -> DbResult<Verdict> {
        let (id, status) = (self.row.id, refusal.status);
        self.end(CommandError::Forbidden { id, status }).await
    }

    async fn end(self, error: CommandError) -> DbResult<Verdict> {
        self.tx.roll_back().await?;
        Ok(Err(error))
    }
}

/// Cancels a waiting job, or asks a running one to stop.
pub(crate) async fn cancel(shared: &Shared, id: JobId, cause: CorrelationId) -> DbResult<Verdict> {
    let Some(mut job) = LockedJob::lock(shared, id).await? else {
        return Ok(Err(CommandError::NotFound(id)));
    };
    match job.row.state.cancel() {
        Err(refusal) => return job.refuse(refusal).await,
        Ok(Cancellation::StopRequested) => job.changes.request_stop(),
        Ok(Cancellation::Cancelled(change)) => {
            if change.previous_status == Some(JobStatus::Pending) {
                job.changes.withdraw(job.row.job);
            }
            job.changes.record_command(&job.row, cause, change);
        }
    }
    job.save().await
}

/// Starts a new run of a job that failed or was cancelled.
pub(crate) async fn retry(shared: &Shared, id: JobId, cause: CorrelationId) -> DbResult<Verdict> {
    let Some(mut job) = LockedJob::lock(shared, id).await? else {
        return Ok(Err(CommandError::NotFound(id)));
    };
    match job.row.state.retry(job.changes.now()) {
        Err(refusal) => return job.refuse(refusal).await,
        Ok(change) => job.changes.record_command(&job.row, cause, change),
    }
    // A submission that takes the key before this commit makes it a conflict with an index, and the command is repeated.
    if let Some(key) = &job.row.unique_key
        && let Some(row) = job.tx.query(HOLDER_OF_KEY, &[key]).await?.first()
    {
        let holder = JobId(codec::get(row, "id")?);
        return job.end(CommandError::UniqueKeyHeld { id, holder }).await;
    }
    job.save().await
}

/// Removes a failed job from the dead letters. Records no event.
pub(crate) async fn drop_dead_letter(shared: &Shared, id: JobId) -> DbResult<Verdict> {
    let Some(mut job) = LockedJob::lock(shared, id).await? else {
        return Ok(Err(CommandError::NotFound(id)));
    };
    if let Err(refusal) = job.row.state.drop_dead_letter() {
        return job.refuse(refusal).await;
    }
    job.tx.prepare(DROP_DEAD_LETTER).await?;
    let params: [Param<'_>; 1] = [&job.row.job];
    pipeline(vec![
        job.tx.query(DROP_DEAD_LETTER, &params),
        job.tx.commit(),
    ])
    .await?;
    job.tx.release();
    Ok(Ok(()))
}
