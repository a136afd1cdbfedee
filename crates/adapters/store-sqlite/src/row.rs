use odd_contracts::{
    CorrelationId, FailureFingerprint, JobId, JobStatus, JobType, QueueName, Timestamp,
    TraceContext,
};
use odd_core::{JobOptions, JobState, failure_fingerprint};
use rusqlite::Row;

use crate::codec::{
    get_correlation, get_job_id, get_json, get_name, get_optional_time, get_status, get_time,
};
use crate::columns::StateColumn;

/// The part of a row of `jobs` that changes are decided from. Plain data: the session writes it.
#[derive(Debug, Clone)]
pub(crate) struct JobRow {
    /// Row number, in order of acceptance.
    pub(crate) job: i64,
    pub(crate) id: JobId,
    pub(crate) job_type: JobType,
    pub(crate) queue: QueueName,
    pub(crate) priority: i32,
    pub(crate) correlation: CorrelationId,
    /// The span that created the job, if its trace is sampled.
    pub(crate) trace: Option<TraceContext>,
    /// Sequence number of the job's last event.
    pub(crate) last_seq: i64,
    pub(crate) updated_at: Timestamp,
    pub(crate) unique_key: Option<String>,
    pub(crate) state: JobState,
}

/// The entry of a job in the index table of its status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum StatusIndex {
    /// PENDING: `ready`, claimed in order of priority and of this time.
    Ready { ready_at: Timestamp },
    /// SCHEDULED or RETRYING: `delayed` until this time.
    Delayed { run_at: Timestamp },
    /// FAILED or CANCELLED: `unsuccessful`.
    Unsuccessful { status: JobStatus },
    /// EXECUTING: the writer keeps running attempts in memory. COMPLETED: no query needs an index.
    None,
}

/// The columns that [`JobRow::read`] expects, from `jobs j`.
pub(crate) const COLUMNS: &str = "j.job, j.status, j.version, j.last_seq, j.attempt, j.updated_at, j.started_at, j.id, \
     j.correlation, j.type, j.queue, j.priority, j.run, j.attempt_limit, j.max_attempts, j.due_at, j.options, j.state";

impl JobRow {
    /// Reads [`COLUMNS`].
    pub(crate) fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        let options: JobOptions = get_json(row, 16)?.unwrap_or_default();
        let column: StateColumn = get_json(row, 17)?.unwrap_or_default();
        Ok(Self {
            job: row.get(0)?,
            last_seq: row.get(3)?,
            updated_at: get_time(row, 5)?,
            id: get_job_id(row, 7)?,
            correlation: get_correlation(row, 8)?,
            trace: options.trace,
            job_type: get_name(row, 9)?,
            queue: get_name(row, 10)?,
            priority: row.get(11)?,
            unique_key: column.unique_key,
            state: JobState {
                status: get_status(row, 1)?,
                version: row.get(2)?,
                attempt: row.get(4)?,
                started_at: get_optional_time(row, 6)?,
                run: row.get(12)?,
                attempt_limit: row.get(13)?,
                max_attempts: row.get(14)?,
                due_at: get_time(row, 15)?,
                retry: options.retry_policy(),
                cancel_requested: column.cancel_requested,
                dead_lettered: column.dead_lettered,
                error: column.error,
                progress: column.progress,
            },
        })
    }

    /// Returns the index entry that the job has in its current state.
    pub(crate) fn status_index(&self) -> StatusIndex {
        match self.state.status {
            JobStatus::Pending | JobStatus::Validated => StatusIndex::Ready {
                ready_at: self.state.due_at,
            },
            JobStatus::Scheduled | JobStatus::Retrying => StatusIndex::Delayed {
                run_at: self.state.due_at,
            },
            status @ (JobStatus::Failed | JobStatus::Cancelled) => {
                StatusIndex::Unsuccessful { status }
            }
            JobStatus::Executing | JobStatus::Completed => StatusIndex::None,
        }
    }

    /// Returns the kind of the failure of a FAILED job.
    pub(crate) fn failure_fingerprint(&self) -> Option<FailureFingerprint> {
        let error = self.state.error.as_ref();
        error
            .filter(|_| self.state.status == JobStatus::Failed)
            .map(|error| failure_fingerprint(&self.job_type, error.reason, &error.message))
    }

    /// Returns `true` if the job is in its first attempt and nothing else happened to it, as with most jobs.
    pub(crate) fn is_in_plain_first_attempt(&self) -> bool {
        let state = &self.state;
        state.attempt == 1
            && state.run == 1
            && !state.cancel_requested
            && state.error.is_none()
            && state.progress.is_none()
    }
}
