use odd_contracts::{
    AttemptOutcome, CorrelationId, FailureFingerprint, JobError, JobId, JobStatus, JobType,
    QueueName, RawJson, Timestamp, TraceContext,
};
use odd_core::{AttemptResult, JobOptions, JobState, failure_fingerprint};
use tokio_postgres::Row;

use crate::codec;
use crate::error::DbResult;

/// The columns of a locked job that a change reads.
#[derive(Debug, Clone)]
pub(crate) struct JobRow {
    /// Primary key of `jobs`.
    pub(crate) job: i64,
    pub(crate) id: JobId,
    pub(crate) job_type: JobType,
    pub(crate) queue: QueueName,
    /// Of the request that submitted the job.
    pub(crate) correlation_id: CorrelationId,
    /// The span that created the job, if its trace is sampled.
    pub(crate) trace: Option<TraceContext>,
    /// Time of the last change.
    pub(crate) updated_at: Timestamp,
    /// Of the last attempt.
    pub(crate) worker_id: Option<String>,
    pub(crate) unique_key: Option<String>,
    pub(crate) state: JobState,
}

/// The columns that [`JobRow::read`] and the time of a transaction expect, from `jobs j`.
pub(crate) const COLUMNS: &str = "j.job, j.id, j.job_type, j.queue, j.correlation_id, j.max_attempts, j.options, \
     j.status, j.version, j.attempt, j.attempt_limit, j.run, j.updated_at, j.due_at, j.started_at, j.worker_id, \
     j.unique_key, j.cancel_requested, j.parked, j.error, j.progress";

impl JobRow {
    pub(crate) fn read(row: &Row) -> DbResult<Self> {
        let options: JobOptions = codec::json(row, "options")?.unwrap_or_default();
        Ok(Self {
            job: codec::get(row, "job")?,
            id: JobId(codec::get(row, "id")?),
            job_type: codec::name(row, "job_type")?,
            queue: codec::name(row, "queue")?,
            correlation_id: CorrelationId(codec::get(row, "correlation_id")?),
            trace: options.trace,
            updated_at: codec::time(row, "updated_at")?,
            worker_id: codec::get(row, "worker_id")?,
            unique_key: codec::get(row, "unique_key")?,
            state: JobState {
                status: codec::status(row, "status")?,
                version: codec::number(row, "version")?,
                attempt: codec::number(row, "attempt")?,
                attempt_limit: codec::number(row, "attempt_limit")?,
                max_attempts: codec::number(row, "max_attempts")?,
                run: codec::number(row, "run")?,
                retry: options.retry_policy(),
                due_at: codec::time(row, "due_at")?,
                started_at: codec::optional_time(row, "started_at")?,
                cancel_requested: codec::get(row, "cancel_requested")?,
                dead_lettered: codec::get(row, "parked")?,
                error: codec::json(row, "error")?,
                progress: codec::json(row, "progress")?,
            },
        })
    }

    /// Returns the kind of the failure of a FAILED job.
    pub(crate) fn failure_fingerprint(&self) -> Option<FailureFingerprint> {
        let error = self.state.error.as_ref();
        error
            .filter(|_| self.state.status == JobStatus::Failed)
            .map(|error| failure_fingerprint(&self.job_type, error.reason, &error.message))
    }
}

/// A job that completed.
pub(crate) struct CompletedRow {
    pub(crate) job: i64,
    pub(crate) result: Option<RawJson>,
}

/// An attempt that ended without success.
pub(crate) struct AttemptRow {
    pub(crate) job: i64,
    pub(crate) attempt: u32,
    pub(crate) run: u32,
    pub(crate) worker_id: String,
    pub(crate) outcome: AttemptOutcome,
    pub(crate) started_at: Timestamp,
    pub(crate) error: Option<JobError>,
}

impl AttemptRow {
    /// The last attempt of a job, which ended with `result` at `now`.
    pub(crate) fn of(row: &JobRow, result: &AttemptResult, now: Timestamp) -> Self {
        Self {
            job: row.job,
            attempt: row.state.attempt,
            run: row.state.run,
            worker_id: row.worker_id.clone().unwrap_or_default(),
            outcome: result.outcome(),
            started_at: row.state.started_at.unwrap_or(now),
            error: result.failure(),
        }
    }
}
