use odd_contracts::{AttemptOutcome, FailureReason, JobStatus, LogLine, Progress, Timestamp};
use odd_core::ports::{EndedAttempt, Lease, Renewal, StaleLease};
use odd_core::{AttemptResult, AttemptState, Change, Settlement, settle};
use rusqlite::params;

use super::DbResult;
use super::place::release_unique_key;
use super::row::JobRow;
use super::session::{Role, Session};
use crate::codec::{outcome_code, stream_code};

/// Log lines kept of one attempt.
const LINES_PER_ATTEMPT: i64 = 1_000;

const LOST_MESSAGE: &str = "the worker did not renew its lease";

/// The row of the job, if `lease` still gives the right to decide about it.
fn leased(session: &Session<'_, '_>, lease: Lease) -> DbResult<Result<JobRow, StaleLease>> {
    let row = JobRow::by_id(session, lease.job_id)?;
    let held = row.filter(|row| row.status == JobStatus::Executing && row.attempt == lease.attempt);
    Ok(held.ok_or(StaleLease(lease)))
}

/// Ends attempts. `jitter` gives numbers uniform in `[0, 1)`.
pub(crate) fn finish(
    session: &mut Session<'_, '_>,
    ended: &[EndedAttempt],
    jitter: fn() -> f64,
) -> DbResult<Vec<Result<JobStatus, StaleLease>>> {
    let each = ended.iter().map(
        |EndedAttempt { lease, result }| match leased(session, *lease)? {
            Err(stale) => Ok(Err(stale)),
            Ok(row) => end(session, row, result, jitter()).map(Ok),
        },
    );
    each.collect()
}

/// Ends up to `limit` attempts whose lease has run out.
pub(crate) fn expire(session: &mut Session<'_, '_>, limit: usize, jitter: f64) -> DbResult<usize> {
    let now = session.now();
    end_lost(session, now, limit, jitter)
}

/// Ends up to `limit` attempts whatever their lease says.
pub(crate) fn expire_all(session: &mut Session<'_, '_>, limit: usize) -> DbResult<usize> {
    end_lost(session, Timestamp::from_micros(i64::MAX), limit, 0.0)
}

fn end_lost(
    session: &mut Session<'_, '_>,
    before: Timestamp,
    limit: usize,
    jitter: f64,
) -> DbResult<usize> {
    let expired = JobRow::expired(session, before, limit)?;
    let count = expired.len();
    for row in expired {
        end(session, row, &AttemptResult::Lost, jitter)?;
    }
    Ok(count)
}

fn end(
    session: &mut Session<'_, '_>,
    mut row: JobRow,
    result: &AttemptResult,
    jitter: f64,
) -> DbResult<JobStatus> {
    let state = AttemptState {
        attempt: row.attempt,
        attempt_limit: row.attempt_limit,
        max_attempts: row.max_attempts,
        cancel_requested: row.cancel_requested,
        retry: row.retry,
    };
    let settlement = settle(&state, result, jitter);
    record_attempt(session, &row, result)?;
    let change = change_of(session, &row, &settlement, result);
    let run_at = if let Change::Retrying { run_at, .. } = &change {
        Some(*run_at)
    } else {
        None
    };
    row.place().leave(session, row.job)?;
    row.advance(session, Role::Processor, None, change)?;
    let released = u32::from(settlement == Settlement::Requeue { counted: false });
    let (reason, message) = failure_of(result).unzip();
    let now = session.now().as_micros();
    session.change(
        "UPDATE jobs SET status = ?2, version = ?3, last_seq = ?4, updated_at = ?5, attempt_limit = attempt_limit + ?6, \
         run_at = ?7, ready_at = ?8, finished_at = ?9, parked = ?10, cancel_requested = NULL, \
         error_reason = coalesce(?11, error_reason), error_message = coalesce(?12, error_message) WHERE job = ?1",
        params![
            row.job,
            row.status as i64,
            row.version,
            row.last_seq,
            now,
            released,
            run_at.map(Timestamp::as_micros),
            (row.status == JobStatus::Pending).then_some(now),
            row.status.is_terminal().then_some(now),
            (row.status == JobStatus::Failed).then_some(true),
            reason.map(FailureReason::as_str),
            message,
        ],
    )?;
    row.run_at = run_at;
    row.ready_at = Some(session.now());
    row.place().enter(session, row.job)?;
    if row.status.is_terminal() {
        release_unique_key(session, row.unique_key.as_deref(), row.job)?;
    }
    Ok(row.status)
}

fn failure_of(result: &AttemptResult) -> Option<(FailureReason, &str)> {
    match result {
        AttemptResult::Failed {
            reason, message, ..
        } => Some((*reason, message)),
        AttemptResult::Lost => Some((FailureReason::WorkerLost, LOST_MESSAGE)),
        AttemptResult::Succeeded { .. } | AttemptResult::Cancelled | AttemptResult::Released => {
            None
        }
    }
}

fn change_of(
    session: &Session<'_, '_>,
    row: &JobRow,
    settlement: &Settlement,
    result: &AttemptResult,
) -> Change {
    let duration_ms = row.duration_ms(session.now());
    let (reason, message) = failure_of(result).unwrap_or((FailureReason::Error, ""));
    let message = message.to_owned();
    match settlement {
        Settlement::Complete => Change::Completed { duration_ms },
        Settlement::Retry { delay_ms } => Change::Retrying {
            reason,
            message,
            run_at: session.now().plus_millis(*delay_ms),
            duration_ms,
        },
        Settlement::Requeue { counted: true } => Change::Requeued { message },
        Settlement::Requeue { counted: false } => Change::Requeued {
            message: "released by a worker that stops".into(),
        },
        Settlement::Fail => Change::Failed {
            reason,
            message,
            duration_ms: Some(duration_ms),
        },
        Settlement::Cancel => Change::Cancelled {
            message: None,
            duration_ms: Some(duration_ms),
        },
    }
}

fn record_attempt(session: &Session<'_, '_>, row: &JobRow, result: &AttemptResult) -> DbResult<()> {
    let outcome = match result {
        AttemptResult::Succeeded { .. } => AttemptOutcome::Succeeded,
        AttemptResult::Failed {
            reason: FailureReason::TimedOut,
            ..
        } => AttemptOutcome::TimedOut,
        AttemptResult::Failed { .. } => AttemptOutcome::Failed,
        AttemptResult::Cancelled => AttemptOutcome::Cancelled,
        AttemptResult::Released => AttemptOutcome::Released,
        AttemptResult::Lost => AttemptOutcome::Lost,
    };
    let output = match result {
        AttemptResult::Succeeded {
            result: Some(output),
        } => Some(output.get()),
        _ => None,
    };
    let (reason, message) = failure_of(result).unzip();
    session
        .change(
            "INSERT INTO job_attempts (job, attempt, run, worker, outcome, started_at, finished_at, error_reason, \
             error_message, result) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                row.job,
                row.attempt,
                row.run,
                row.worker.as_deref().unwrap_or(""),
                outcome_code(outcome),
                row.started_at.unwrap_or(session.now()).as_micros(),
                session.now().as_micros(),
                reason.map(FailureReason::as_str),
                message,
                output,
            ],
        )
        .map(drop)
}

/// Extends leases to `lease_ms` from now.
pub(crate) fn renew(
    session: &mut Session<'_, '_>,
    leases: &[Lease],
    lease_ms: u64,
) -> DbResult<Vec<Renewal>> {
    let expires_at = session.now().plus_millis(lease_ms);
    leases
        .iter()
        .map(|lease| {
            let found = session.find(
                "SELECT job, cancel_requested FROM jobs WHERE id = ?1 AND attempt = ?2 AND status = 3",
                params![lease.job_id.0, lease.attempt],
                |row| Ok((row.get::<_, i64>(0)?, row.get::<_, Option<bool>>(1)?)),
            )?;
            if let Some((job, _)) = found {
                session.change(
                    "UPDATE leases SET expires_at = ?2 WHERE job = ?1",
                    params![job, expires_at.as_micros()],
                )?;
            }
            Ok(match found {
                Some((_, cancel)) => Renewal::Renewed { expires_at, cancel_requested: cancel.unwrap_or(false) },
                None => Renewal::Lost,
            })
        })
        .collect()
}

/// Records how far an attempt is.
pub(crate) fn record_progress(
    session: &mut Session<'_, '_>,
    lease: Lease,
    progress: Progress,
) -> DbResult<Result<(), StaleLease>> {
    let mut row = match leased(session, lease)? {
        Err(stale) => return Ok(Err(stale)),
        Ok(row) => row,
    };
    let Progress { fraction, message } = progress;
    row.advance(
        session,
        Role::Processor,
        None,
        Change::Progressed {
            fraction,
            message: message.clone(),
        },
    )?;
    row.save(session)?;
    session.change(
        "UPDATE jobs SET progress = ?2, progress_message = ?3 WHERE job = ?1",
        params![row.job, fraction, message],
    )?;
    Ok(Ok(()))
}

/// Appends log lines of a running attempt, as far as there is room.
pub(crate) fn append_log(
    session: &mut Session<'_, '_>,
    lease: Lease,
    lines: &[LogLine],
) -> DbResult<Result<(), StaleLease>> {
    let row = match leased(session, lease)? {
        Err(stale) => return Ok(Err(stale)),
        Ok(row) => row,
    };
    let written: i64 = session
        .find(
            "SELECT coalesce(max(line_no), 0) FROM job_logs WHERE job = ?1 AND attempt = ?2",
            params![row.job, lease.attempt],
            |row| row.get(0),
        )?
        .unwrap_or(0);
    for (line_no, line) in (written + 1..=LINES_PER_ATTEMPT).zip(lines) {
        session.change(
            "INSERT INTO job_logs (job, attempt, line_no, at, stream, line) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![row.job, lease.attempt, line_no, line.at.as_micros(), stream_code(line.stream), line.line],
        )?;
    }
    Ok(Ok(()))
}
