//! What a transaction has decided and not written yet: statements cost less for many rows than for one.

use std::fmt::Write as _;
use std::sync::{Arc, LazyLock};

use odd_contracts::{JobStatus, RawJson, Timestamp};
use odd_core::NewJob;
use rusqlite::{Statement, ToSql};

use super::DbResult;
use super::ranges::{CompletedRange, ReadyRange};
use super::session::Session;
use crate::codec::status_column;
use crate::columns::{Options, SMALL_PAYLOAD_BYTES, State, column};

/// Rows of the longest statement that inserts jobs; a power of two.
const MAX_ROWS: usize = 16;

/// Parameters that the rows of a statement share, and those that each has of its own.
const SHARED: usize = 11;
const OWN: usize = 4;

/// Statements that insert 1, 2, 4, … jobs with consecutive numbers. A failure ends the transaction whatever SQLite would
/// undo, so it need not prepare for that (`OR FAIL`).
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
            .expect("a String takes everything");
        }
        sql
    })
    .collect()
});

/// A job that was accepted in this transaction.
pub(super) struct PendingJob {
    /// The submission that it is part of, and where it stands there.
    pub(super) submission: (Arc<[NewJob]>, usize),
    pub(super) job: i64,
    pub(super) status: JobStatus,
    pub(super) last_seq: i64,
    pub(super) due_at: Timestamp,
}

#[derive(Default)]
pub(super) struct Pending {
    jobs: Vec<PendingJob>,
    pub(super) ready: Option<ReadyRange>,
    completed: Option<CompletedRange>,
}

impl Pending {
    pub(super) fn is_empty(&self) -> bool {
        self.jobs.is_empty() && self.ready.is_none() && self.completed.is_none()
    }

    pub(super) fn insert_job(
        &mut self,
        session: &Session<'_, '_>,
        job: PendingJob,
    ) -> DbResult<()> {
        let first = self.jobs.first();
        if first.is_some_and(|first| !first.is_followed_by(&job, self.jobs.len())) {
            self.flush_jobs(session)?;
        }
        self.jobs.push(job);
        if self.jobs.len() == MAX_ROWS {
            self.flush_jobs(session)?;
        }
        Ok(())
    }

    pub(super) fn enter_ready(
        &mut self,
        session: &Session<'_, '_>,
        range: ReadyRange,
    ) -> DbResult<()> {
        let is_taken_in = self.ready.as_mut().is_some_and(|last| last.extend(&range));
        if is_taken_in {
            return Ok(());
        }
        match self.ready.replace(range) {
            Some(before) => before.insert(session),
            None => Ok(()),
        }
    }

    pub(super) fn save_completed(
        &mut self,
        session: &Session<'_, '_>,
        range: CompletedRange,
    ) -> DbResult<()> {
        let last = self.completed.as_mut();
        let is_taken_in = last.is_some_and(|last| last.extend(&range));
        if is_taken_in {
            return Ok(());
        }
        match self.completed.replace(range) {
            Some(before) => before.save(session),
            None => Ok(()),
        }
    }

    /// Writes everything.
    pub(super) fn flush(mut self, session: &Session<'_, '_>) -> DbResult<()> {
        self.flush_jobs(session)?;
        if let Some(range) = self.ready {
            range.insert(session)?;
        }
        match self.completed {
            Some(range) => range.save(session),
            None => Ok(()),
        }
    }

    fn flush_jobs(&mut self, session: &Session<'_, '_>) -> DbResult<()> {
        let mut jobs = self.jobs.as_slice();
        while !jobs.is_empty() {
            let power = jobs.len().min(MAX_ROWS).ilog2();
            let (now, later) = jobs.split_at(1 << power);
            session.change_with(&INSERT_JOBS[power as usize], |statement| {
                now[0].bind_shared(session, statement)?;
                let mut rows = now.iter().enumerate();
                rows.try_for_each(|(row, job)| job.bind_own(statement, SHARED + row * OWN))
            })?;
            jobs = later;
        }
        self.jobs.clear();
        Ok(())
    }
}

impl PendingJob {
    fn new_job(&self) -> &NewJob {
        let (submission, index) = &self.submission;
        &submission[*index]
    }

    /// Whether `job`, which comes `distance` later, can be inserted by the same statement.
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

    fn bind_shared(
        &self,
        session: &Session<'_, '_>,
        statement: &mut Statement<'_>,
    ) -> DbResult<()> {
        let new = self.new_job();
        let state = State {
            unique_key: new.unique_key.clone(),
            ..State::default()
        };
        let mut bind = |n: usize, value: &dyn ToSql| statement.raw_bind_parameter(n, value);
        bind(1, &self.job)?;
        bind(2, &self.last_seq)?;
        bind(3, &status_column(self.status))?;
        bind(4, &session.now().as_micros())?;
        bind(5, &new.job_type.as_str())?;
        bind(6, &new.queue.as_str())?;
        bind(7, &new.priority)?;
        bind(8, &new.max_attempts)?;
        bind(9, &new.timeout_ms)?;
        bind(10, &self.due_at.as_micros())?;
        bind(SHARED, &column(&state))
    }

    /// Binds what only this row has; `before` parameters come before.
    fn bind_own(&self, statement: &mut Statement<'_>, before: usize) -> DbResult<()> {
        let new = self.new_job();
        let payload = new.payload.as_ref().map(RawJson::get);
        let mut bind =
            |n: usize, value: &dyn ToSql| statement.raw_bind_parameter(before + n, value);
        bind(1, &new.id.0.as_bytes().as_slice())?;
        bind(2, &new.correlation_id.0.as_bytes().as_slice())?;
        bind(3, &column(&Options::of(new)))?;
        bind(
            OWN,
            &payload.filter(|json| json.len() <= SMALL_PAYLOAD_BYTES),
        )
    }
}
