use std::ops::ControlFlow;
use std::sync::LazyLock;

use odd_contracts::{CorrelationId, JobId, JobStatus, JobType, QueueName, RawJson, Timestamp};
use odd_core::{Change, JobEvent, RetryPolicy};
use rusqlite::{Row, params};

use super::place::Place;
use super::ranges::ReadyRange;
use super::session::{Role, Session};
use super::{DbResult, expect_rows};
use crate::codec::{
    get_correlation, get_job_id, get_json, get_name, get_optional_time, get_status, get_time,
    status_column,
};
use crate::columns::{Options, State, column};
use crate::segment::Origin;

/// What deciding about a job takes.
#[derive(Debug, Clone)]
pub(crate) struct JobRow {
    pub(crate) job: i64,
    pub(crate) id: JobId,
    pub(crate) job_type: JobType,
    pub(crate) queue: QueueName,
    pub(crate) priority: i32,
    pub(crate) correlation: CorrelationId,
    pub(crate) max_attempts: u32,
    pub(crate) retry: RetryPolicy,
    pub(crate) status: JobStatus,
    pub(crate) version: u32,
    pub(crate) last_seq: i64,
    pub(crate) attempt: u32,
    pub(crate) attempt_limit: u32,
    pub(crate) run: u32,
    pub(crate) updated_at: Timestamp,
    pub(crate) due_at: Timestamp,
    pub(crate) started_at: Option<Timestamp>,
    pub(crate) state: State,
}

/// The columns that [`JobRow::read`] expects, from `jobs j`.
const COLUMNS: &str = "j.job, j.status, j.version, j.last_seq, j.attempt, j.updated_at, j.started_at, j.id, \
     j.correlation, j.type, j.queue, j.priority, j.run, j.attempt_limit, j.max_attempts, j.due_at, j.options, j.state";

/// Those that [`JobRow::read_ready`] expects.
pub(super) const READY_COLUMNS: &str = "j.job, j.version, j.last_seq, j.attempt, j.started_at, j.id, j.correlation, \
     j.run, j.attempt_limit, j.max_attempts, j.options, j.state";

/// How many columns these are.
pub(super) const READY_COLUMN_COUNT: usize = 12;

static BY_ID: LazyLock<String> =
    LazyLock::new(|| format!("SELECT {COLUMNS} FROM jobs j WHERE j.id = ?1"));

static BY_NUMBER: LazyLock<String> =
    LazyLock::new(|| format!("SELECT {COLUMNS} FROM jobs j WHERE j.job = ?1"));

static DUE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {COLUMNS} FROM delayed d CROSS JOIN jobs j ON j.job = d.job \
         WHERE d.run_at <= ?1 ORDER BY d.run_at LIMIT ?2"
    )
});

fn get_retry(row: &Row<'_>, column: usize) -> DbResult<RetryPolicy> {
    let options: Option<Options> = get_json(row, column)?;
    Ok(options
        .and_then(|options| options.retry)
        .unwrap_or_default())
}

impl JobRow {
    /// The job as it stands, whether it is running or not.
    pub(crate) fn by_id(session: &Session<'_, '_>, id: JobId) -> DbResult<Option<Self>> {
        match session.held(id) {
            Some(held) => Ok(Some(held.row.clone())),
            None => session.find(&BY_ID, params![id.0], Self::read),
        }
    }

    /// The row of a job as the file has it.
    pub(super) fn by_number(session: &Session<'_, '_>, job: i64) -> DbResult<Option<Self>> {
        session.find(&BY_NUMBER, params![job], Self::read)
    }

    /// Up to `limit` waiting jobs whose time has come.
    pub(crate) fn due(session: &Session<'_, '_>, limit: usize) -> DbResult<Vec<Self>> {
        let mut found = Vec::new();
        session.each(&DUE, params![session.now().as_micros(), limit], |row| {
            found.push(Self::read(row)?);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(found)
    }

    fn read(row: &Row<'_>) -> DbResult<Self> {
        Ok(Self {
            job: row.get(0)?,
            status: get_status(row, 1)?,
            version: row.get(2)?,
            last_seq: row.get(3)?,
            attempt: row.get(4)?,
            updated_at: get_time(row, 5)?,
            started_at: get_optional_time(row, 6)?,
            id: get_job_id(row, 7)?,
            correlation: get_correlation(row, 8)?,
            job_type: get_name(row, 9)?,
            queue: get_name(row, 10)?,
            priority: row.get(11)?,
            run: row.get(12)?,
            attempt_limit: row.get(13)?,
            max_attempts: row.get(14)?,
            due_at: get_time(row, 15)?,
            retry: get_retry(row, 16)?,
            state: get_json(row, 17)?.unwrap_or_default(),
        })
    }

    /// A job of `range`, which says the rest of it.
    pub(super) fn read_ready(row: &Row<'_>, range: &ReadyRange) -> DbResult<Self> {
        Ok(Self {
            job: row.get(0)?,
            version: row.get(1)?,
            last_seq: row.get(2)?,
            attempt: row.get(3)?,
            started_at: get_optional_time(row, 4)?,
            id: get_job_id(row, 5)?,
            correlation: get_correlation(row, 6)?,
            run: row.get(7)?,
            attempt_limit: row.get(8)?,
            max_attempts: row.get(9)?,
            retry: get_retry(row, 10)?,
            state: get_json(row, 11)?.unwrap_or_default(),
            status: JobStatus::Pending,
            job_type: range.job_type.clone(),
            queue: range.queue.clone(),
            priority: range.priority,
            updated_at: range.ready_at,
            due_at: range.ready_at,
        })
    }

    /// Where the job stands by what its row says.
    pub(super) fn place(&self) -> Place<'_> {
        match self.status {
            JobStatus::Pending | JobStatus::Validated => Place::Ready {
                job_type: &self.job_type,
                queue: &self.queue,
                priority: self.priority,
                ready_at: self.due_at,
            },
            JobStatus::Scheduled | JobStatus::Retrying => Place::Delayed {
                run_at: self.due_at,
            },
            JobStatus::Failed | JobStatus::Cancelled => Place::Unsuccessful {
                status: self.status,
            },
            JobStatus::Executing | JobStatus::Completed => Place::Nowhere,
        }
    }

    /// Milliseconds that the running attempt has lasted.
    pub(crate) fn duration_ms(&self, now: Timestamp) -> f64 {
        self.started_at
            .map_or(0.0, |started| now.fractional_millis_since(started))
    }

    /// Appends the event of `change` and moves status, version and time with it; the row is written by
    /// [`JobRow::save`].
    pub(crate) fn advance(
        &mut self,
        session: &mut Session<'_, '_>,
        role: Role,
        change: Change,
    ) -> DbResult<()> {
        self.append(session, role, self.correlation, change, None)
    }

    /// The same for a change that the request `cause` asks for.
    pub(crate) fn advance_for(
        &mut self,
        session: &mut Session<'_, '_>,
        cause: CorrelationId,
        change: Change,
    ) -> DbResult<()> {
        self.append(session, Role::Gateway, cause, change, None)
    }

    /// Completes the job; the event carries `result`.
    pub(super) fn complete(
        &mut self,
        session: &mut Session<'_, '_>,
        result: Option<&RawJson>,
    ) -> DbResult<()> {
        let change = Change::Completed {
            duration_ms: self.duration_ms(session.now()),
        };
        self.append(session, Role::Processor, self.correlation, change, result)
    }

    fn append(
        &mut self,
        session: &mut Session<'_, '_>,
        role: Role,
        correlation_id: CorrelationId,
        change: Change,
        result: Option<&RawJson>,
    ) -> DbResult<()> {
        let status = change.status();
        let event = JobEvent {
            job_id: self.id,
            job_type: self.job_type.clone(),
            queue: self.queue.clone(),
            version: self.version + 1,
            attempt: (self.attempt > 0).then_some(self.attempt),
            occurred_at: session.now(),
            correlation_id,
            producer: session.producer(role).clone(),
            previous_status: Some(self.status),
            change,
        };
        let origin = Origin {
            producer: session.producer_row(role),
            job: self.job,
            prev: Some(self.last_seq),
            own: self.correlation,
        };
        self.last_seq = session.append(&origin, event, result)?;
        self.version += 1;
        self.status = status;
        self.updated_at = session.now();
        Ok(())
    }

    /// Whether nothing but its first attempt has happened to the job: what most jobs come to.
    pub(super) fn is_simple(&self) -> bool {
        self.attempt == 1
            && self.run == 1
            && !self.state.cancel_requested
            && self.state.error.is_none()
            && self.state.progress.is_none()
    }

    /// Writes back whatever can change.
    pub(crate) fn save(&self, session: &Session<'_, '_>) -> DbResult<()> {
        let written = session.change(
            "UPDATE jobs SET status = ?2, version = ?3, last_seq = ?4, attempt = ?5, updated_at = ?6, started_at = ?7, \
             run = ?8, attempt_limit = ?9, due_at = ?10, state = ?11 WHERE job = ?1",
            params![
                self.job,
                status_column(self.status),
                self.version,
                self.last_seq,
                self.attempt,
                self.updated_at.as_micros(),
                self.started_at.map(Timestamp::as_micros),
                self.run,
                self.attempt_limit,
                self.due_at.as_micros(),
                column(&self.state),
            ],
        );
        expect_rows(written?, 1)
    }
}
