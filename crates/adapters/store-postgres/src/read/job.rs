use std::sync::LazyLock;

use odd_contracts::{
    AttemptOutcome, CorrelationId, Job, JobAttempt, JobError, JobId, JobStatus, RawJson, Timestamp,
};
use odd_core::ports::MAX_SHOWN_ATTEMPTS;
use odd_core::{JobOptions, StartAt, WallOffset, failure_fingerprint};
use tokio_postgres::Row;
use tokio_postgres::types::ToSql;
use uuid::Uuid;

use super::snapshot::snapshot;
use crate::codec;
use crate::error::{DbResult, unreadable};
use crate::shared::Shared;

/// The columns that [`read_job`] expects, from `jobs j`.
pub(super) const COLUMNS: &str = "j.job, j.id, j.job_type, j.queue, j.status, j.version, j.priority, j.attempt, \
     j.max_attempts, j.run, j.timeout_ms, j.created_at, j.updated_at, j.due_at, j.started_at, j.finished_at, \
     j.correlation_id, j.idempotency_key, j.unique_key, j.cancel_requested, j.options, j.error, j.progress, j.worker_id";

/// Reads a job without payload, result and attempts. `offset` is that of the wall clock.
pub(super) fn read_job(row: &Row, offset: WallOffset) -> DbResult<Job> {
    let status = codec::status(row, "status")?;
    let options: JobOptions = codec::json(row, "options")?.unwrap_or_default();
    let job_type = codec::name(row, "job_type")?;
    let error: Option<JobError> = codec::json(row, "error")?;
    let failure = error.as_ref().filter(|_| status == JobStatus::Failed);
    let fingerprint =
        failure.map(|error| failure_fingerprint(&job_type, error.reason, &error.message));
    Ok(Job {
        id: JobId(codec::get(row, "id")?),
        job_type,
        queue: codec::name(row, "queue")?,
        status,
        version: codec::number(row, "version")?,
        priority: codec::get(row, "priority")?,
        attempt: codec::number(row, "attempt")?,
        max_attempts: codec::number(row, "max_attempts")?,
        run: codec::number(row, "run")?,
        timeout_ms: codec::large_number(row, "timeout_ms")?,
        created_at: codec::time(row, "created_at")?,
        updated_at: codec::time(row, "updated_at")?,
        run_at: run_at(row, status, options.start_at, offset)?,
        started_at: codec::optional_time(row, "started_at")?,
        finished_at: codec::optional_time(row, "finished_at")?,
        correlation_id: CorrelationId(codec::get(row, "correlation_id")?),
        idempotency_key: codec::get(row, "idempotency_key")?,
        unique_key: codec::get(row, "unique_key")?,
        retry: options.retry_override,
        tags: options.tags,
        metadata: options.metadata,
        cancel_requested: codec::get(row, "cancel_requested")?,
        progress: codec::json(row, "progress")?,
        payload: None,
        result: None,
        error: error.filter(|_| status != JobStatus::Completed),
        fingerprint,
        attempts: None,
    })
}

/// Returns the wall-clock time for which a job waits. A requested start is shown as it was requested: after the server's
/// clock was set, it takes a moment until `due_at` follows.
fn run_at(
    row: &Row,
    status: JobStatus,
    start_at: StartAt,
    offset: WallOffset,
) -> DbResult<Option<Timestamp>> {
    Ok(match (status, start_at) {
        (JobStatus::Scheduled, StartAt::At(at)) => Some(at),
        (JobStatus::Scheduled | JobStatus::Retrying, _) => {
            Some(offset.to_wall(codec::time(row, "due_at")?))
        }
        _ => None,
    })
}

static JOB: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {COLUMNS}, j.payload, j.result, (SELECT max(l.line_no) FROM job_logs l \
         WHERE l.job = j.job AND l.attempt = j.attempt) AS log_lines FROM jobs j WHERE j.id = $1"
    )
});

/// The newest attempts first. Log lines are numbered from 1 without gaps, so the last number counts them.
const ATTEMPTS: &str = "\
SELECT a.attempt, a.run, a.worker_id, a.outcome, a.started_at, a.finished_at, a.error, \
(SELECT max(l.line_no) FROM job_logs l WHERE l.job = a.job AND l.attempt = a.attempt) AS log_lines \
FROM unsuccessful_attempts a JOIN jobs j USING (job) WHERE j.id = $1 ORDER BY a.attempt DESC LIMIT $2";

const UNKNOWN: &str = "\
SELECT a.id FROM unnest($1::uuid[]) AS a (id) WHERE NOT EXISTS (SELECT FROM jobs j WHERE j.id = a.id)";

/// Returns those of `ids` that no job has.
pub(crate) async fn unknown(shared: &Shared, ids: &[JobId]) -> DbResult<Vec<JobId>> {
    let ids: Vec<Uuid> = ids.iter().map(|id| id.0).collect();
    let client = shared.readers.get().await?;
    let statement = client.prepare_cached(UNKNOWN).await?;
    let rows = client.query(&statement, &[&ids]).await?;
    rows.iter()
        .map(|row| Ok(JobId(codec::get(row, 0)?)))
        .collect()
}

/// Returns a job with payload, result and its newest attempts, without their logs.
pub(crate) async fn job(shared: &Shared, id: JobId) -> DbResult<Option<Job>> {
    let mut client = shared.readers.get().await?;
    let tx = snapshot(&mut client).await?;
    let (job, attempts) = (
        tx.prepare_cached(&JOB).await?,
        tx.prepare_cached(ATTEMPTS).await?,
    );
    let key: [&(dyn ToSql + Sync); 1] = [&id.0];
    let newest: [&(dyn ToSql + Sync); 2] = [&id.0, &(MAX_SHOWN_ATTEMPTS as i64)];
    let (found, attempts) =
        tokio::try_join!(tx.query_opt(&job, &key), tx.query(&attempts, &newest))?;
    tx.commit().await?;
    let offset = shared.server_time.now().offset();
    found
        .map(|row| assemble(&row, &attempts, offset))
        .transpose()
}

/// `newest_first` are the attempts that did not succeed.
fn assemble(row: &Row, newest_first: &[Row], offset: WallOffset) -> DbResult<Job> {
    let mut job = read_job(row, offset)?;
    job.payload = raw(codec::get(row, "payload")?)?;
    job.result = raw(codec::get(row, "result")?)?;
    let mut attempts = Vec::with_capacity(newest_first.len() + 1);
    if matches!(job.status, JobStatus::Executing | JobStatus::Completed) {
        let worker_id: Option<String> = codec::get(row, "worker_id")?;
        let mut last = last_attempt(&job, worker_id.unwrap_or_default());
        last.log_lines = log_lines(row)?;
        attempts.push(last);
    }
    for attempt in newest_first
        .iter()
        .take(MAX_SHOWN_ATTEMPTS - attempts.len())
    {
        attempts.push(read_attempt(attempt)?);
    }
    attempts.reverse();
    job.attempts = Some(attempts);
    Ok(job)
}

/// The count is absent where an attempt has no lines.
fn log_lines(row: &Row) -> DbResult<u32> {
    match codec::get::<Option<i32>, _>(row, "log_lines")? {
        None => Ok(0),
        Some(_) => codec::number(row, "log_lines"),
    }
}

fn raw(text: Option<String>) -> DbResult<Option<RawJson>> {
    text.map(RawJson::from_text)
        .transpose()
        .map_err(|error| unreadable("a payload or result", error))
}

fn read_attempt(row: &Row) -> DbResult<JobAttempt> {
    let started_at = codec::time(row, "started_at")?;
    let finished_at = codec::time(row, "finished_at")?;
    Ok(JobAttempt {
        attempt: codec::number(row, "attempt")?,
        run: codec::number(row, "run")?,
        worker_id: codec::get(row, "worker_id")?,
        outcome: codec::outcome(row, "outcome")?,
        started_at,
        finished_at: Some(finished_at),
        duration_ms: Some(finished_at.fractional_millis_since(started_at)),
        error: codec::json(row, "error")?,
        log_lines: log_lines(row)?,
    })
}

/// Returns the running or successful attempt, which is stored in the job's row.
fn last_attempt(job: &Job, worker_id: String) -> JobAttempt {
    let started_at = job.started_at.unwrap_or(job.updated_at);
    let duration_ms = |end: Timestamp| end.fractional_millis_since(started_at);
    JobAttempt {
        attempt: job.attempt,
        run: job.run,
        worker_id,
        outcome: match job.finished_at {
            None => AttemptOutcome::Running,
            Some(_) => AttemptOutcome::Succeeded,
        },
        started_at,
        finished_at: job.finished_at,
        duration_ms: job.finished_at.map(duration_ms),
        error: None,
        log_lines: 0,
    }
}
