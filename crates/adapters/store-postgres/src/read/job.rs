use std::sync::LazyLock;

use odd_contracts::{
    AttemptOutcome, CorrelationId, Job, JobAttempt, JobId, JobStatus, LogLine, RawJson, Timestamp,
};
use odd_core::JobOptions;
use tokio_postgres::Row;
use uuid::Uuid;

use super::snapshot::snapshot;
use crate::codec;
use crate::error::{DbResult, unreadable};
use crate::shared::Shared;

/// The columns that [`read_job`] expects, from `jobs j`.
pub(super) const COLUMNS: &str = "j.job, j.id, j.job_type, j.queue, j.status, j.version, j.priority, j.attempt, \
     j.max_attempts, j.run, j.timeout_ms, j.created_at, j.updated_at, j.due_at, j.started_at, j.finished_at, \
     j.correlation_id, j.idempotency_key, j.unique_key, j.cancel_requested, j.options, j.error, j.progress, j.worker_id";

/// Reads a job without payload, result and attempts.
pub(super) fn read_job(row: &Row) -> DbResult<Job> {
    let status = codec::status(row, "status")?;
    let options: JobOptions = codec::json(row, "options")?.unwrap_or_default();
    let is_delayed = matches!(status, JobStatus::Scheduled | JobStatus::Retrying);
    Ok(Job {
        id: JobId(codec::get(row, "id")?),
        job_type: codec::name(row, "job_type")?,
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
        run_at: codec::optional_time(row, "due_at")?.filter(|_| is_delayed),
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
        error: codec::json(row, "error")?,
        attempts: None,
    })
}

static JOB: LazyLock<String> =
    LazyLock::new(|| format!("SELECT {COLUMNS}, j.payload, j.result FROM jobs j WHERE j.id = $1"));

const ATTEMPTS: &str = "\
SELECT a.attempt, a.run, a.worker_id, a.outcome, a.started_at, a.finished_at, a.error \
FROM unsuccessful_attempts a JOIN jobs j USING (job) WHERE j.id = $1 ORDER BY a.attempt";

const LINES: &str = "\
SELECT l.attempt, l.at, l.stream, l.line FROM job_logs l JOIN jobs j USING (job) WHERE j.id = $1 \
ORDER BY l.attempt, l.line_no";

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

/// Returns a job with payload, result and attempts.
pub(crate) async fn job(shared: &Shared, id: JobId) -> DbResult<Option<Job>> {
    let mut client = shared.readers.get().await?;
    let tx = snapshot(&mut client).await?;
    let (job, attempts, lines) = (
        tx.prepare_cached(&JOB).await?,
        tx.prepare_cached(ATTEMPTS).await?,
        tx.prepare_cached(LINES).await?,
    );
    let params: [&(dyn tokio_postgres::types::ToSql + Sync); 1] = [&id.0];
    let (found, attempts, lines) = tokio::try_join!(
        tx.query_opt(&job, &params),
        tx.query(&attempts, &params),
        tx.query(&lines, &params)
    )?;
    tx.commit().await?;
    found
        .map(|row| assemble(&row, &attempts, &lines))
        .transpose()
}

fn assemble(row: &Row, attempts: &[Row], lines: &[Row]) -> DbResult<Job> {
    let mut job = read_job(row)?;
    job.payload = raw(codec::get(row, "payload")?)?;
    job.result = raw(codec::get(row, "result")?)?;
    let mut shown = Vec::with_capacity(attempts.len() + 1);
    for attempt in attempts {
        shown.push(read_attempt(attempt)?);
    }
    if matches!(job.status, JobStatus::Executing | JobStatus::Completed) {
        let worker_id: Option<String> = codec::get(row, "worker_id")?;
        shown.push(last_attempt(&job, worker_id.unwrap_or_default()));
    }
    for line in lines {
        let number: u32 = codec::number(line, "attempt")?;
        if let Some(attempt) = shown.iter_mut().find(|attempt| attempt.attempt == number) {
            attempt.log.push(LogLine {
                at: codec::time(line, "at")?,
                stream: codec::stream(line, "stream")?,
                line: codec::get(line, "line")?,
            });
        }
    }
    job.attempts = Some(shown);
    Ok(job)
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
        log: Vec::new(),
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
        log: Vec::new(),
    }
}
