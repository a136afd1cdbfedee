//! What a transaction has decided and not written yet: statements cost less for many rows than for one.

use std::fmt::Write as _;
use std::sync::{Arc, LazyLock};

use odd_contracts::{JobStatus, RawJson, Timestamp};
use odd_core::NewJob;
use rusqlite::Statement;

use super::DbResult;
use super::ranges::{CompletedRange, ReadyRange};
use super::session::Session;
use crate::codec::status_code;
use crate::columns::{Options, SMALL_PAYLOAD_BYTES, State, column};

/// Rows of the longest statement that inserts jobs; a power of two.
const MAX_ROWS: usize = 16;

const COLUMNS: usize = 15;

/// Statements that insert 1, 2, 4, … jobs. A failure ends the transaction whatever SQLite would undo, so it need not
/// prepare for that (`OR FAIL`).
static INSERT_JOBS: LazyLock<Vec<String>> = LazyLock::new(|| {
    let rows = (0..=MAX_ROWS.ilog2()).map(|power| 1 << power);
    rows.map(|rows: usize| {
        let mut sql = String::from(
            "INSERT OR FAIL INTO jobs (job, status, version, last_seq, attempt, updated_at, id, correlation, type, queue, \
             priority, run, attempt_limit, max_attempts, timeout_ms, created_at, due_at, options, state, payload) VALUES",
        );
        for row in 0..rows {
            let p = |n: usize| row * COLUMNS + n;
            let separator = if row == 0 { ' ' } else { ',' };
            write!(
                sql,
                "{separator}(?{}, ?{}, 1, ?{}, 0, ?{now}, ?{}, ?{}, ?{}, ?{}, ?{}, 1, ?{max}, ?{max}, ?{}, ?{now}, ?{}, \
                 ?{}, ?{}, ?{})",
                p(1), p(2), p(3), p(5), p(6), p(7), p(8), p(9), p(11), p(12), p(13), p(14), p(15), now = p(4), max = p(10),
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
    ready: Option<ReadyRange>,
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
                let mut rows = now.iter().enumerate();
                rows.try_for_each(|(row, job)| job.bind(session, statement, row * COLUMNS))
            })?;
            jobs = later;
        }
        self.jobs.clear();
        Ok(())
    }
}

impl PendingJob {
    /// Binds the row's parameters, which follow the first `before` ones.
    fn bind(
        &self,
        session: &Session<'_, '_>,
        statement: &mut Statement<'_>,
        before: usize,
    ) -> DbResult<()> {
        let (submission, index) = &self.submission;
        let new = &submission[*index];
        let state = State {
            unique_key: new.unique_key.clone(),
            ..State::default()
        };
        let mut bind =
            |n: usize, value: &dyn rusqlite::ToSql| statement.raw_bind_parameter(before + n, value);
        bind(1, &self.job)?;
        bind(2, &status_code(self.status))?;
        bind(3, &self.last_seq)?;
        bind(4, &session.now().as_micros())?;
        bind(5, &new.id.0)?;
        bind(6, &new.correlation_id.0)?;
        bind(7, &new.job_type.as_str())?;
        bind(8, &new.queue.as_str())?;
        bind(9, &new.priority)?;
        bind(10, &new.max_attempts)?;
        bind(11, &new.timeout_ms)?;
        bind(12, &self.due_at.as_micros())?;
        let payload = new.payload.as_ref().map(RawJson::get);
        bind(13, &column(&Options::of(new)))?;
        bind(14, &column(&state))?;
        bind(
            15,
            &payload.filter(|json| json.len() <= SMALL_PAYLOAD_BYTES),
        )
    }
}
