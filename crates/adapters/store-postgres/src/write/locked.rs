use std::collections::HashMap;
use std::sync::LazyLock;

use odd_contracts::JobId;
use odd_core::ports::Lease;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::change_set::CommitTime;
use crate::codec;
use crate::error::DbResult;
use crate::row::{COLUMNS, JobRow};
use crate::shared::Shared;
use crate::transaction::Transaction;

/// Locks running jobs, in the order of their numbers so that transactions cannot deadlock.
static LOCK_RUNNING: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {COLUMNS}, coalesce($2::timestamptz, clock_timestamp()) AS now FROM jobs j \
         WHERE j.id = ANY($1) AND j.status = 'EXECUTING' ORDER BY j.job FOR NO KEY UPDATE"
    )
});

/// Returns the time of a transaction: when it locked the last of its rows, and not before the last change of any of them.
/// `None` without rows.
pub(super) fn time_of(shared: &Shared, rows: &[Row]) -> DbResult<Option<CommitTime>> {
    let (mut locked_at, mut committed_at) = (None, None);
    for row in rows {
        let now = codec::time(row, "now")?;
        locked_at = locked_at.max(Some(now));
        committed_at = committed_at.max(Some(now.max(codec::time(row, "updated_at")?)));
    }
    Ok(locked_at
        .zip(committed_at)
        .map(|(locked_at, committed_at)| CommitTime {
            now: shared.server_time.at(locked_at),
            committed_at,
        }))
}

/// Running jobs that a transaction locked, by id.
pub(super) struct LockedJobs(HashMap<JobId, JobRow>);

impl LockedJobs {
    /// Begins the transaction and locks the running jobs of `leases`. Returns them with the time of the transaction,
    /// which is `None` if no job is running.
    pub(super) async fn lock(
        shared: &Shared,
        tx: &Transaction,
        leases: impl Iterator<Item = Lease>,
    ) -> DbResult<(Self, Option<CommitTime>)> {
        let ids: Vec<Uuid> = leases.map(|lease| lease.job_id.0).collect();
        let given = shared.given_time();
        let rows = tx.begin_with(&LOCK_RUNNING, &[&ids, &given]).await?;
        let now = time_of(shared, &rows)?;
        let mut jobs = HashMap::with_capacity(rows.len());
        for row in &rows {
            let row = JobRow::read(row)?;
            jobs.insert(row.id, row);
        }
        Ok((Self(jobs), now))
    }

    /// Removes and returns the job of a lease, or `None` if the lease is no longer valid.
    pub(super) fn remove(&mut self, lease: Lease) -> Option<JobRow> {
        let job = self.0.get(&lease.job_id)?;
        if job.state.attempt != lease.attempt {
            return None;
        }
        self.0.remove(&lease.job_id)
    }
}
