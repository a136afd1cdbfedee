//! The statements that write rows of jobs, one function each. They do not see the write buffer.

use odd_contracts::{JobStatus, RawJson, Timestamp};
use odd_core::AttemptResult;
use rusqlite::params;

use super::ranges::{CompletedRange, ReadyRange};
use super::transaction::Transaction;
use crate::codec::{fingerprint_column, outcome_code, status_column};
use crate::columns::{StateColumnRef, column};
use crate::error::{DbError, DbResult, expect_rows};
use crate::row::JobRow;

type Tx<'a, 'c> = Transaction<'a, 'c>;

/// Writes every column of a job that can change.
pub(super) fn update_job(tx: &Tx<'_, '_>, row: &JobRow) -> DbResult<()> {
    let state = &row.state;
    let changed = tx.execute(
        "UPDATE jobs SET status = ?2, version = ?3, last_seq = ?4, attempt = ?5, updated_at = ?6, started_at = ?7, \
         run = ?8, attempt_limit = ?9, due_at = ?10, state = ?11 WHERE job = ?1",
        params![
            row.job,
            status_column(state.status),
            state.version,
            row.last_seq,
            state.attempt,
            row.updated_at.as_micros(),
            state.started_at.map(Timestamp::as_micros),
            state.run,
            state.attempt_limit,
            state.due_at.as_micros(),
            column(&state_column(row)),
        ],
    )?;
    expect_rows(changed, 1)
}

fn state_column(row: &JobRow) -> StateColumnRef<'_> {
    StateColumnRef {
        cancel_requested: row.state.cancel_requested,
        dead_lettered: row.state.dead_lettered,
        unique_key: row.unique_key.as_deref(),
        error: row.state.error.as_ref(),
        progress: row.state.progress.as_ref(),
    }
}

/// Completes the jobs of a range at `now`.
pub(super) fn complete_jobs(
    tx: &Tx<'_, '_>,
    range: &CompletedRange,
    now: Timestamp,
) -> DbResult<()> {
    let changed = tx.execute(
        "UPDATE OR FAIL jobs SET status = ?3, version = ?4, last_seq = job + ?5, attempt = 1, attempt_limit = 0, \
         updated_at = ?6, due_at = 0, started_at = ?7 WHERE job BETWEEN ?1 AND ?2",
        params![
            range.first,
            range.last,
            status_column(JobStatus::Completed),
            range.version,
            range.seq_offset,
            now.as_micros(),
            range.started_at.map(Timestamp::as_micros),
        ],
    )?;
    expect_rows(changed, range.len())
}

/// Adds an attempt that ended at `now`. `row` is its job before the end.
pub(super) fn insert_attempt(
    tx: &Tx<'_, '_>,
    row: &JobRow,
    worker: &str,
    result: &AttemptResult,
    now: Timestamp,
) -> DbResult<()> {
    let error = result.failure();
    let inserted = tx.execute(
        "INSERT INTO job_attempts (job, attempt, run, worker, outcome, started_at, finished_at, error_reason, \
         error_message, result) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        params![
            row.job,
            row.state.attempt,
            row.state.run,
            worker,
            outcome_code(result.outcome()),
            row.state.started_at.unwrap_or(now).as_micros(),
            now.as_micros(),
            error.as_ref().map(|error| error.reason.as_str()),
            error.as_ref().map(|error| &*error.message),
            result.output().map(RawJson::get),
        ],
    );
    inserted.map(drop)
}

pub(super) fn insert_ready(tx: &Tx<'_, '_>, range: &ReadyRange) -> DbResult<()> {
    let inserted = tx.execute(
        "INSERT INTO ready (type, rank, ready_at, first, last, queue) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            range.job_type.as_str(),
            -range.priority,
            range.ready_at.as_micros(),
            range.first,
            range.last,
            range.queue.as_str(),
        ],
    );
    inserted.map(drop)
}

pub(super) fn delete_ready(tx: &Tx<'_, '_>, range: &ReadyRange) -> DbResult<()> {
    let deleted = tx.execute(
        "DELETE FROM ready WHERE type = ?1 AND rank = ?2 AND ready_at = ?3 AND first = ?4",
        params![
            range.job_type.as_str(),
            -range.priority,
            range.ready_at.as_micros(),
            range.first
        ],
    )?;
    expect_rows(deleted, 1)
}

/// Removes the only job of `job` from the row of `ready` that contains it; the jobs before and after it stay ready.
pub(super) fn delete_ready_job(tx: &Tx<'_, '_>, mut job: ReadyRange) -> DbResult<()> {
    let number = job.first;
    let found = tx.find(
        "SELECT first, last FROM ready WHERE type = ?1 AND rank = ?2 AND ready_at = ?3 AND first <= ?4 \
         ORDER BY first DESC LIMIT 1",
        params![
            job.job_type.as_str(),
            -job.priority,
            job.ready_at.as_micros(),
            number
        ],
        |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)),
    )?;
    let (first, last) = found
        .filter(|(_, last)| *last >= number)
        .ok_or(DbError::Inconsistent("a PENDING job is not in its index"))?;
    job.first = first;
    delete_ready(tx, &job)?;
    for (first, last) in [(first, number - 1), (number + 1, last)] {
        if first <= last {
            (job.first, job.last) = (first, last);
            insert_ready(tx, &job)?;
        }
    }
    Ok(())
}

pub(super) fn insert_delayed(tx: &Tx<'_, '_>, run_at: Timestamp, job: i64) -> DbResult<()> {
    let inserted = tx.execute(
        "INSERT INTO delayed (run_at, job) VALUES (?1, ?2)",
        params![run_at.as_micros(), job],
    );
    inserted.map(drop)
}

pub(super) fn delete_delayed(tx: &Tx<'_, '_>, run_at: Timestamp, job: i64) -> DbResult<()> {
    let deleted = tx.execute(
        "DELETE FROM delayed WHERE run_at = ?1 AND job = ?2",
        params![run_at.as_micros(), job],
    )?;
    expect_rows(deleted, 1)
}

/// Sets when a delayed job becomes ready.
pub(super) fn update_due_at(tx: &Tx<'_, '_>, job: i64, due_at: Timestamp) -> DbResult<()> {
    let changed = tx.execute(
        "UPDATE jobs SET due_at = ?2 WHERE job = ?1",
        params![job, due_at.as_micros()],
    )?;
    expect_rows(changed, 1)
}

pub(super) fn insert_unsuccessful(
    tx: &Tx<'_, '_>,
    status: JobStatus,
    row: &JobRow,
) -> DbResult<()> {
    let fingerprint = row.failure_fingerprint().map(fingerprint_column);
    let inserted = tx.execute(
        "INSERT INTO unsuccessful (status, job, fingerprint) VALUES (?1, ?2, ?3)",
        params![status_column(status), row.job, fingerprint],
    );
    inserted.map(drop)
}

pub(super) fn delete_unsuccessful(tx: &Tx<'_, '_>, status: JobStatus, job: i64) -> DbResult<()> {
    let deleted = tx.execute(
        "DELETE FROM unsuccessful WHERE status = ?1 AND job = ?2",
        params![status_column(status), job],
    )?;
    expect_rows(deleted, 1)
}

/// Lets a job that is unfinished again carry its unique key.
pub(super) fn restore_unique_key(tx: &Tx<'_, '_>, row: &JobRow) -> DbResult<()> {
    let Some(key) = &row.unique_key else {
        return Ok(());
    };
    let inserted = tx.execute(
        "INSERT INTO unique_keys (unique_key, job) VALUES (?1, ?2)",
        params![key, row.job],
    );
    inserted.map(drop)
}

/// Releases the unique key that the job carried while it was unfinished.
pub(super) fn delete_unique_key(tx: &Tx<'_, '_>, row: &JobRow) -> DbResult<()> {
    let Some(key) = &row.unique_key else {
        return Ok(());
    };
    let deleted = tx.execute(
        "DELETE FROM unique_keys WHERE unique_key = ?1 AND job = ?2",
        params![key, row.job],
    );
    deleted.map(drop)
}

pub(super) fn delete_claim(tx: &Tx<'_, '_>, claim: i64) -> DbResult<()> {
    let deleted = tx.execute("DELETE FROM claims WHERE claim = ?1", params![claim]);
    deleted.map(drop)
}
