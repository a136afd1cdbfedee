//! Rows that a transaction has decided on and not yet written: one statement for many rows costs less than many.

use std::fmt::Write as _;
use std::sync::{Arc, LazyLock};

use odd_contracts::{JobStatus, RawJson, Timestamp};
use odd_core::NewJob;
use rusqlite::{Statement, ToSql};

use super::ranges::{CompletedRange, ReadyRange};
use super::tables;
use super::transaction::Transaction;
use crate::codec::status_column;
use crate::columns::{SMALL_PAYLOAD_BYTES, StateColumnRef, column, options_of};
use crate::error::DbResult;
use crate::row::{JobRow, StatusIndex};

/// Rows of the longest statement that inserts jobs; a power of two.
const MAX_ROWS: usize = 16;

/// Parameters that all rows of a statement share.
const SHARED: usize = 11;

/// Parameters that each row has of its own.
const OWN: usize = 4;

/// Statements that insert 1, 2, 4, … jobs with consecutive numbers. A failure rolls the whole transaction back, so SQLite
/// need not prepare to undo the statement alone (`OR FAIL`).
static INSERT_JOBS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let rows = (0..=MAX_ROWS.ilog2()).map(|power| 1 << power);
    rows.map(|rows: usize| {
        let mut sql = String::from(
            "INSERT OR FAIL INTO jobs (job, status, version, last_seq, attempt, updated_at, id, correlation, type, queue, \
             priority, run, attempt_limit, max_attempts, timeout_ms, created_at, due_at, options, state, payload) VALUES",
        );
        for row in 0..rows {
            let own = |n: usize| SHARED + row * OWN + n;
            let separator = if row == 0 { ' ' } else { ',' };
            write!(
                sql,
                "{separator}(?1 + {row}, ?3, 1, ?2 + {row}, 0, ?4, ?{}, ?{}, ?5, ?6, ?7, 1, ?8, ?8, ?9, ?4, ?10, ?{}, ?11, ?{})",
                own(1), own(2), own(3), own(4),
            )
            .expect("writing to a String does not fail");
        }
        sql
    })
    .collect()
});

/// A job that was accepted in this transaction.
pub(super) struct AcceptedJob {
    /// The submission that contains the job.
    pub(super) submission: Arc<[NewJob]>,
    /// The job's index in the submission.
    pub(super) index: usize,
    /// Row number.
    pub(super) job: i64,
    pub(super) status: JobStatus,
    pub(super) last_seq: i64,
    pub(super) due_at: Timestamp,
}

/// Rows to insert or update before the transaction commits, or before a query that could miss them.
pub(super) struct WriteBuffer {
    now: Timestamp,
    jobs: Vec<AcceptedJob>,
    ready: Option<ReadyRange>,
    completed: Option<CompletedRange>,
}

impl WriteBuffer {
    /// Creates an empty buffer for a transaction at `now`.
    pub(super) fn new(now: Timestamp) -> Self {
        Self {
            now,
            jobs: Vec::new(),
            ready: None,
            completed: None,
        }
    }

    /// Adds a job to insert.
    pub(super) fn insert_job(
        &mut self,
        tx: &Transaction<'_, '_>,
        job: AcceptedJob,
    ) -> DbResult<()> {
        let first = self.jobs.first();
        if first.is_some_and(|first| !first.is_followed_by(&job, self.jobs.len())) {
            self.flush_jobs(tx)?;
        }
        self.jobs.push(job);
        if self.jobs.len() == MAX_ROWS {
            self.flush_jobs(tx)?;
        }
        Ok(())
    }

    /// Adds jobs to the index of ready jobs.
    pub(super) fn insert_ready(
        &mut self,
        tx: &Transaction<'_, '_>,
        range: ReadyRange,
    ) -> DbResult<()> {
        let is_extended = self.ready.as_mut().is_some_and(|last| last.extend(&range));
        if is_extended {
            return Ok(());
        }
        match self.ready.replace(range) {
            Some(before) => tables::insert_ready(tx, &before),
            None => Ok(()),
        }
    }

    /// Removes and returns the ready jobs that are not written yet, if no other job is ready.
    pub(super) fn take_only_ready(
        &mut self,
        tx: &Transaction<'_, '_>,
    ) -> DbResult<Option<ReadyRange>> {
        let Some(range) = self.ready.take() else {
            return Ok(None);
        };
        let is_any_written = "SELECT EXISTS (SELECT 1 FROM ready)";
        if tx.find(is_any_written, [], |row| row.get(0))? == Some(false) {
            return Ok(Some(range));
        }
        self.insert_ready(tx, range)?;
        Ok(None)
    }

    /// Inserts the index entry of the job's current state.
    pub(super) fn insert_index(&mut self, tx: &Transaction<'_, '_>, row: &JobRow) -> DbResult<()> {
        match row.status_index() {
            StatusIndex::Ready { ready_at } => self.insert_ready(tx, ReadyRange::of(row, ready_at)),
            StatusIndex::Delayed { run_at } => tables::insert_delayed(tx, run_at, row.job),
            StatusIndex::Unsuccessful { status } => tables::insert_unsuccessful(tx, status, row),
            StatusIndex::None => Ok(()),
        }
    }

    /// Removes the index entry of the job's current state.
    pub(super) fn delete_index(&mut self, tx: &Transaction<'_, '_>, row: &JobRow) -> DbResult<()> {
        match row.status_index() {
            StatusIndex::Ready { ready_at } => {
                self.flush(tx)?;
                tables::delete_ready_job(tx, ReadyRange::of(row, ready_at))
            }
            StatusIndex::Delayed { run_at } => tables::delete_delayed(tx, run_at, row.job),
            StatusIndex::Unsuccessful { status } => {
                tables::delete_unsuccessful(tx, status, row.job)
            }
            StatusIndex::None => Ok(()),
        }
    }

    /// Adds jobs to complete.
    pub(super) fn complete_jobs(
        &mut self,
        tx: &Transaction<'_, '_>,
        range: CompletedRange,
    ) -> DbResult<()> {
        let last = self.completed.as_mut();
        let is_extended = last.is_some_and(|last| last.extend(&range));
        if is_extended {
            return Ok(());
        }
        match self.completed.replace(range) {
            Some(before) => tables::complete_jobs(tx, &before, self.now),
            None => Ok(()),
        }
    }

    /// Writes everything.
    pub(super) fn flush(&mut self, tx: &Transaction<'_, '_>) -> DbResult<()> {
        self.flush_jobs(tx)?;
        if let Some(range) = self.ready.take() {
            tables::insert_ready(tx, &range)?;
        }
        match self.completed.take() {
            Some(range) => tables::complete_jobs(tx, &range, self.now),
            None => Ok(()),
        }
    }

    /// Drops everything.
    pub(super) fn clear(&mut self) {
        *self = Self::new(self.now);
    }

    fn flush_jobs(&mut self, tx: &Transaction<'_, '_>) -> DbResult<()> {
        let mut jobs = self.jobs.as_slice();
        while !jobs.is_empty() {
            let power = jobs.len().min(MAX_ROWS).ilog2();
            let (now, later) = jobs.split_at(1 << power);
            tx.execute_bound(&INSERT_JOBS[power as usize], |statement| {
                now[0].bind_shared(statement, self.now)?;
                let mut rows = now.iter().enumerate();
                rows.try_for_each(|(row, job)| job.bind_own(statement, SHARED + row * OWN))
            })?;
            jobs = later;
        }
        self.jobs.clear();
        Ok(())
    }
}

impl AcceptedJob {
    fn new_job(&self) -> &NewJob {
        &self.submission[self.index]
    }

    /// Returns `true` if the same statement can insert `job`, which comes `distance` jobs later.
    fn is_followed_by(&self, job: &Self, distance: usize) -> bool {
        let distance = i64::try_from(distance).unwrap_or(i64::MAX);
        let (mine, its) = (self.new_job(), job.new_job());
        job.job - self.job == distance
            && job.last_seq - self.last_seq == distance
            && job.status == self.status
            && job.due_at == self.due_at
            && its.job_type == mine.job_type
            && its.queue == mine.queue
            && its.priority == mine.priority
            && its.max_attempts == mine.max_attempts
            && its.timeout_ms == mine.timeout_ms
            && its.unique_key == mine.unique_key
    }

    fn bind_shared(&self, statement: &mut Statement<'_>, now: Timestamp) -> rusqlite::Result<()> {
        let new = self.new_job();
        let state = StateColumnRef {
            unique_key: new.unique_key.as_deref(),
            ..StateColumnRef::default()
        };
        let mut bind = |n: usize, value: &dyn ToSql| statement.raw_bind_parameter(n, value);
        bind(1, &self.job)?;
        bind(2, &self.last_seq)?;
        bind(3, &status_column(self.status))?;
        bind(4, &now.as_micros())?;
        bind(5, &new.job_type.as_str())?;
        bind(6, &new.queue.as_str())?;
        bind(7, &new.priority)?;
        bind(8, &new.max_attempts)?;
        bind(9, &new.timeout_ms)?;
        bind(10, &self.due_at.as_micros())?;
        bind(SHARED, &column(&state))
    }

    /// Binds the parameters of this row alone; `before` parameters come first.
    fn bind_own(&self, statement: &mut Statement<'_>, before: usize) -> rusqlite::Result<()> {
        let new = self.new_job();
        let payload = new.payload.as_ref().map(RawJson::get);
        let mut bind =
            |n: usize, value: &dyn ToSql| statement.raw_bind_parameter(before + n, value);
        bind(1, &new.id.0.as_bytes().as_slice())?;
        bind(2, &new.correlation_id.0.as_bytes().as_slice())?;
        bind(3, &column(&options_of(new)))?;
        bind(
            OWN,
            &payload.filter(|json| json.len() <= SMALL_PAYLOAD_BYTES),
        )
    }
}
