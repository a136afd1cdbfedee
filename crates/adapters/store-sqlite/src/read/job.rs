use std::sync::Arc;

use odd_contracts::{AttemptOutcome, Job, JobAttempt, JobId, JobStatus, RawJson};
use odd_core::ports::MAX_SHOWN_ATTEMPTS;
use odd_core::{JobOptions, failure_fingerprint};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::attempt_log::log_lines;
use super::log::with_entry;
use crate::codec::{
    damaged, get_correlation, get_error, get_job_id, get_json, get_name, get_optional_time,
    get_outcome, get_status, get_time, unreadable,
};
use crate::columns::{PAYLOAD, StateColumn};
use crate::running::{PublishedAttempts, RunningAttempt, update_from_attempt};

/// The columns that [`read_job`] expects, from `jobs j`.
pub(crate) const JOB_COLUMNS: &str = "j.id, j.type, j.queue, j.status, j.version, j.priority, j.attempt, \
     j.max_attempts, j.run, j.timeout_ms, j.created_at, j.updated_at, j.due_at, j.started_at, j.correlation, j.options, \
     j.state";

const COLUMN_COUNT: usize = 17;

/// Reads a job from its row, without payload, result and attempts.
pub(crate) fn read_job(row: &Row<'_>) -> rusqlite::Result<Job> {
    let status = get_status(row, 3)?;
    let updated_at = get_time(row, 11)?;
    let options: JobOptions = get_json(row, 15)?.unwrap_or_default();
    let state: StateColumn = get_json(row, 16)?.unwrap_or_default();
    let job_type = get_name(row, 1)?;
    let failure = state.error.as_ref().filter(|_| status == JobStatus::Failed);
    let fingerprint =
        failure.map(|error| failure_fingerprint(&job_type, error.reason, &error.message));
    Ok(Job {
        id: get_job_id(row, 0)?,
        job_type,
        queue: get_name(row, 2)?,
        status,
        version: row.get(4)?,
        priority: row.get(5)?,
        attempt: row.get(6)?,
        max_attempts: row.get(7)?,
        run: row.get(8)?,
        timeout_ms: row.get(9)?,
        created_at: get_time(row, 10)?,
        updated_at,
        run_at: get_optional_time(row, 12)?.filter(|_| status.is_delayed()),
        started_at: get_optional_time(row, 13)?,
        finished_at: status.is_terminal().then_some(updated_at),
        correlation_id: get_correlation(row, 14)?,
        idempotency_key: options.idempotency_key,
        unique_key: state.unique_key,
        retry: options.retry_override,
        tags: options.tags,
        metadata: options.metadata,
        cancel_requested: state.cancel_requested,
        progress: state.progress,
        payload: None,
        result: None,
        error: state.error.filter(|_| status != JobStatus::Completed),
        fingerprint,
        attempts: None,
    })
}

/// Returns those of `ids` that no job has.
pub(crate) fn unknown(connection: &Connection, ids: &[JobId]) -> rusqlite::Result<Vec<JobId>> {
    let mut statement = connection.prepare_cached("SELECT 1 FROM jobs WHERE id = ?1")?;
    let mut unknown = Vec::new();
    for id in ids {
        if !statement.exists(params![id.0])? {
            unknown.push(*id);
        }
    }
    Ok(unknown)
}

/// Returns a job with payload, result and its newest attempts, without their logs.
pub(crate) fn job(
    connection: &Connection,
    id: JobId,
    running: &PublishedAttempts,
) -> rusqlite::Result<Option<Job>> {
    let attempt = running.get(id);
    // One read transaction: the job and its attempts must agree.
    let tx = connection.unchecked_transaction()?;
    let sql =
        format!("SELECT {JOB_COLUMNS}, {PAYLOAD}, j.job, j.last_seq FROM jobs j WHERE j.id = ?1");
    let found = tx
        .prepare_cached(&sql)?
        .query_row(params![id.0], |row| {
            let payload = row.get::<_, Option<String>>(COLUMN_COUNT)?;
            let row_number: i64 = row.get(COLUMN_COUNT + 1)?;
            let last_seq: i64 = row.get(COLUMN_COUNT + 2)?;
            Ok((read_job(row)?, payload, row_number, last_seq))
        })
        .optional()?;
    let Some((mut job, payload, row_number, last_seq)) = found else {
        return Ok(None);
    };
    if let Some(attempt) = &attempt {
        update_from_attempt(&mut job, attempt);
    }
    job.payload = payload.map(raw).transpose()?;
    let mut attempts = attempts(&tx, row_number, &mut job)?;
    match job.status {
        JobStatus::Executing => {
            // The file may contain an attempt that started after this read asked for running attempts.
            let is_current =
                |attempt: &Arc<RunningAttempt>| attempt.row.state.attempt == job.attempt;
            let attempt = attempt.filter(is_current);
            let attempt = attempt.or_else(|| running.get(id).filter(is_current));
            attempts.extend(attempt.map(|attempt| running_attempt(&job, &attempt)));
        }
        JobStatus::Completed if attempts.is_empty() => {
            attempts.push(attempt_from_events(&tx, last_seq, &mut job)?);
        }
        _ => {}
    }
    // The attempt that the rows do not have is one more than the limit.
    if attempts.len() > MAX_SHOWN_ATTEMPTS {
        attempts.remove(0);
    }
    for attempt in &mut attempts {
        attempt.log_lines = log_lines(&tx, row_number, attempt.attempt)?;
    }
    job.attempts = Some(attempts);
    Ok(Some(job))
}

fn raw(text: String) -> rusqlite::Result<RawJson> {
    RawJson::from_text(text)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))
}

fn running_attempt(job: &Job, attempt: &RunningAttempt) -> JobAttempt {
    JobAttempt {
        attempt: job.attempt,
        run: job.run,
        worker_id: attempt.worker.as_ref().to_owned(),
        outcome: AttemptOutcome::Running,
        started_at: job.started_at.unwrap_or(job.updated_at),
        finished_at: None,
        duration_ms: None,
        error: None,
        log_lines: 0,
    }
}

/// Returns the attempt that completed the job, from its last two events: a plain first attempt has no row. Sets the result
/// of `job`.
fn attempt_from_events(
    connection: &Connection,
    last_seq: i64,
    job: &mut Job,
) -> rusqlite::Result<JobAttempt> {
    let (result, started) = with_entry(connection, last_seq, |_, entry| {
        let result = entry.detail().map(serde_json::from_str).transpose();
        Ok((result.map_err(unreadable)?, entry.prev))
    })?;
    job.result = result;
    let started = started.ok_or_else(|| damaged(0, "end of the events"))?;
    let worker_id = with_entry(connection, started, |_, entry| match entry.detail() {
        Some(text) => serde_json::from_str(text).map_err(unreadable),
        None => connection.query_row(
            "SELECT instance_id FROM producers WHERE producer = ?1",
            params![entry.producer],
            |row| row.get(0),
        ),
    })?;
    let started_at = job.started_at.unwrap_or(job.updated_at);
    Ok(JobAttempt {
        attempt: job.attempt,
        run: job.run,
        worker_id,
        outcome: AttemptOutcome::Succeeded,
        started_at,
        finished_at: Some(job.updated_at),
        duration_ms: Some(job.updated_at.fractional_millis_since(started_at)),
        error: None,
        log_lines: 0,
    })
}

/// Returns the newest ended attempts that have rows, oldest first. Sets the result of `job` if one of them succeeded.
fn attempts(
    connection: &Connection,
    row_number: i64,
    job: &mut Job,
) -> rusqlite::Result<Vec<JobAttempt>> {
    let mut statement = connection.prepare_cached(
        "SELECT attempt, run, worker, outcome, started_at, finished_at, error_reason, error_message, result \
         FROM job_attempts WHERE job = ?1 ORDER BY attempt DESC LIMIT ?2",
    )?;
    let mut rows = statement.query(params![row_number, MAX_SHOWN_ATTEMPTS])?;
    let mut attempts = Vec::new();
    while let Some(row) = rows.next()? {
        let started_at = get_time(row, 4)?;
        let finished_at = get_time(row, 5)?;
        attempts.push(JobAttempt {
            attempt: row.get(0)?,
            run: row.get(1)?,
            worker_id: row.get(2)?,
            outcome: get_outcome(row, 3)?,
            started_at,
            finished_at: Some(finished_at),
            duration_ms: Some(finished_at.fractional_millis_since(started_at)),
            error: get_error(row, 6, 7)?,
            log_lines: 0,
        });
        if let Some(output) = row.get::<_, Option<String>>(8)? {
            job.result = Some(raw(output)?);
        }
    }
    attempts.reverse();
    Ok(attempts)
}
