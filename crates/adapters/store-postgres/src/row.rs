use odd_contracts::{
    AttemptOutcome, CorrelationId, JobError, JobId, JobStatus, JobType, Progress, QueueName,
    RawJson, Timestamp,
};
use odd_core::RetryPolicy;
use tokio_postgres::Row;
use uuid::Uuid;

use crate::codec;
use crate::error::DbResult;
use crate::options::Options;

/// What deciding about a job takes.
#[derive(Debug, Clone)]
pub(crate) struct JobRow {
    pub(crate) job: i64,
    pub(crate) id: JobId,
    pub(crate) job_type: JobType,
    pub(crate) queue: QueueName,
    pub(crate) correlation: CorrelationId,
    pub(crate) max_attempts: u32,
    pub(crate) retry: RetryPolicy,
    pub(crate) status: JobStatus,
    pub(crate) version: u32,
    pub(crate) attempt: u32,
    pub(crate) attempt_limit: u32,
    pub(crate) run: u32,
    pub(crate) due_at: Timestamp,
    pub(crate) started_at: Option<Timestamp>,
    pub(crate) worker_id: Option<String>,
    pub(crate) unique_key: Option<String>,
    pub(crate) cancel_requested: bool,
    pub(crate) parked: bool,
    pub(crate) error: Option<JobError>,
    pub(crate) progress: Option<Progress>,
}

/// The columns that [`JobRow::read`] and the time of a transaction expect, from `jobs j`.
pub(crate) const COLUMNS: &str = "j.job, j.id, j.job_type, j.queue, j.correlation_id, j.max_attempts, j.options, \
     j.status, j.version, j.attempt, j.attempt_limit, j.run, j.updated_at, j.due_at, j.started_at, j.worker_id, \
     j.unique_key, j.cancel_requested, j.parked, j.error, j.progress";

impl JobRow {
    pub(crate) fn read(row: &Row) -> DbResult<Self> {
        let options: Option<Options> = codec::json(row, "options")?;
        Ok(Self {
            job: row.try_get("job")?,
            id: JobId(row.try_get::<_, Uuid>("id")?),
            job_type: codec::name(row, "job_type")?,
            queue: codec::name(row, "queue")?,
            correlation: CorrelationId(row.try_get("correlation_id")?),
            max_attempts: codec::number(row, "max_attempts")?,
            retry: options
                .and_then(|options| options.retry)
                .unwrap_or_default(),
            status: codec::status(row, "status")?,
            version: codec::number(row, "version")?,
            attempt: codec::number(row, "attempt")?,
            attempt_limit: codec::number(row, "attempt_limit")?,
            run: codec::number(row, "run")?,
            due_at: codec::time(row, "due_at")?,
            started_at: codec::optional_time(row, "started_at")?,
            worker_id: row.try_get("worker_id")?,
            unique_key: row.try_get("unique_key")?,
            cancel_requested: row.try_get("cancel_requested")?,
            parked: row.try_get("parked")?,
            error: codec::json(row, "error")?,
            progress: codec::json(row, "progress")?,
        })
    }

    /// Milliseconds that the running attempt has lasted.
    pub(crate) fn duration_ms(&self, now: Timestamp) -> f64 {
        self.started_at
            .map_or(0.0, |started| now.fractional_millis_since(started))
    }
}

/// A job that succeeded.
pub(crate) struct CompletedRow {
    pub(crate) job: i64,
    pub(crate) result: Option<RawJson>,
}

/// An attempt that is over without success.
pub(crate) struct AttemptRow {
    pub(crate) job: i64,
    pub(crate) attempt: u32,
    pub(crate) run: u32,
    pub(crate) worker_id: String,
    pub(crate) outcome: AttemptOutcome,
    pub(crate) started_at: Timestamp,
    pub(crate) error: Option<JobError>,
}
