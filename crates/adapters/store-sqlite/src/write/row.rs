use std::ops::ControlFlow;
use std::sync::LazyLock;

use odd_contracts::{CorrelationId, JobId, JobStatus, JobType, QueueName, Timestamp};
use odd_core::{Change, JobEvent, RetryPolicy};
use rusqlite::{Row, params};

use super::DbResult;
use super::place::Place;
use super::session::{Role, Session};
use crate::codec::{
    get_correlation, get_job_id, get_json, get_name, get_optional_time, get_status, status_code,
};

/// What deciding about a job takes.
pub(crate) struct JobRow {
    pub(crate) job: i64,
    pub(crate) id: JobId,
    pub(crate) job_type: JobType,
    pub(crate) queue: QueueName,
    pub(crate) status: JobStatus,
    pub(crate) version: u32,
    pub(crate) last_seq: i64,
    pub(crate) attempt: u32,
    pub(crate) attempt_limit: u32,
    pub(crate) run: u32,
    pub(crate) started_at: Option<Timestamp>,
    pub(crate) worker: Option<String>,
    pub(crate) cancel_requested: bool,
    pub(crate) correlation: CorrelationId,
    pub(crate) max_attempts: u32,
    pub(crate) retry: RetryPolicy,
    pub(crate) priority: i32,
    pub(crate) ready_at: Option<Timestamp>,
    pub(crate) run_at: Option<Timestamp>,
    pub(crate) unique_key: Option<String>,
}

const COLUMNS: &str = "SELECT j.job, j.id, j.type, j.queue, j.status, j.version, j.last_seq, j.attempt, j.attempt_limit, \
     j.run, j.started_at, j.worker, j.cancel_requested, s.correlation, s.max_attempts, s.retry, \
     j.priority, j.ready_at, j.run_at, j.unique_key \
     ";

static BY_ID: LazyLock<String> = LazyLock::new(|| {
    format!("{COLUMNS} FROM jobs j JOIN job_specs s ON s.job = j.job WHERE j.id = ?1")
});

static EXPIRED: LazyLock<String> = LazyLock::new(|| {
    format!(
        "{COLUMNS} FROM leases l CROSS JOIN jobs j ON j.job = l.job CROSS JOIN job_specs s ON s.job = j.job \
         WHERE l.expires_at < ?1 LIMIT ?2"
    )
});

static DUE: LazyLock<String> = LazyLock::new(|| {
    format!(
        "{COLUMNS} FROM delayed d CROSS JOIN jobs j ON j.job = d.job CROSS JOIN job_specs s ON s.job = j.job \
         WHERE d.run_at <= ?1 ORDER BY d.run_at LIMIT ?2"
    )
});

impl JobRow {
    pub(crate) fn by_id(session: &Session<'_, '_>, id: JobId) -> DbResult<Option<Self>> {
        session.find(&BY_ID, params![id.0], Self::read)
    }

    /// Up to `limit` jobs whose lease ended before `before`.
    pub(crate) fn expired(
        session: &Session<'_, '_>,
        before: Timestamp,
        limit: usize,
    ) -> DbResult<Vec<Self>> {
        let mut found = Vec::new();
        session.each(&EXPIRED, params![before.as_micros(), limit], |row| {
            found.push(Self::read(row)?);
            Ok(ControlFlow::Continue(()))
        })?;
        Ok(found)
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
            id: get_job_id(row, 1)?,
            job_type: get_name(row, 2)?,
            queue: get_name(row, 3)?,
            status: get_status(row, 4)?,
            version: row.get(5)?,
            last_seq: row.get(6)?,
            attempt: row.get(7)?,
            attempt_limit: row.get(8)?,
            run: row.get(9)?,
            started_at: get_optional_time(row, 10)?,
            worker: row.get(11)?,
            cancel_requested: row.get::<_, Option<bool>>(12)?.unwrap_or(false),
            correlation: get_correlation(row, 13)?,
            max_attempts: row.get(14)?,
            retry: get_json(row, 15)?.unwrap_or_default(),
            priority: row.get(16)?,
            ready_at: get_optional_time(row, 17)?,
            run_at: get_optional_time(row, 18)?,
            unique_key: row.get(19)?,
        })
    }

    /// Where the job stands by what its row says.
    pub(super) fn place(&self) -> Place<'_> {
        match self.status {
            JobStatus::Pending | JobStatus::Validated => {
                self.ready_from(self.ready_at.unwrap_or(Timestamp::from_micros(0)))
            }
            JobStatus::Scheduled | JobStatus::Retrying => Place::Delayed {
                run_at: self.run_at.unwrap_or(Timestamp::from_micros(0)),
            },
            JobStatus::Executing => Place::Leased {
                expires_at: Timestamp::from_micros(0),
            },
            JobStatus::Failed | JobStatus::Cancelled => Place::Unsuccessful {
                status: self.status,
            },
            JobStatus::Completed => Place::Nowhere,
        }
    }

    /// The place of the job when it is ready since `ready_at`.
    pub(super) fn ready_from(&self, ready_at: Timestamp) -> Place<'_> {
        Place::Ready {
            job_type: &self.job_type,
            queue: &self.queue,
            priority: self.priority,
            ready_at,
        }
    }

    /// Milliseconds that the running attempt has lasted.
    pub(crate) fn duration_ms(&self, now: Timestamp) -> f64 {
        self.started_at
            .map_or(0.0, |started| now.fractional_millis_since(started))
    }

    /// Appends the event of `change` and moves the row's status, version and time with it. Other columns are the caller's.
    pub(crate) fn advance(
        &mut self,
        session: &mut Session<'_, '_>,
        role: Role,
        cause: Option<CorrelationId>,
        change: Change,
    ) -> DbResult<()> {
        let attempt = (self.attempt > 0).then_some(self.attempt);
        let event = JobEvent {
            job_id: self.id,
            job_type: self.job_type.clone(),
            queue: self.queue.clone(),
            version: self.version + 1,
            attempt,
            occurred_at: session.now(),
            correlation_id: cause.unwrap_or(self.correlation),
            producer: session.producer(role).clone(),
            previous_status: Some(self.status),
            change,
        };
        let status = event.change.status();
        self.last_seq =
            session.append(role, self.job, Some(self.last_seq), self.correlation, event)?;
        self.version += 1;
        self.status = status;
        Ok(())
    }

    /// Writes status, version and time back.
    pub(crate) fn save(&self, session: &Session<'_, '_>) -> DbResult<()> {
        session
            .change(
                "UPDATE jobs SET status = ?2, version = ?3, last_seq = ?4, updated_at = ?5 WHERE job = ?1",
                params![
                    self.job,
                    status_code(self.status),
                    self.version,
                    self.last_seq,
                    session.now().as_micros()
                ],
            )
            .map(drop)
    }
}
