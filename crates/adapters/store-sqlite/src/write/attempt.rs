use std::sync::Arc;

use odd_contracts::{JobStatus, LogLine, Progress, RawJson};
use odd_core::ports::{EndedAttempt, Lease, Renewal, StaleLease};
use odd_core::{AttemptResult, AttemptState, AttemptTransition, Change, resolve_attempt};
use rusqlite::params;

use super::DbResult;
use super::leases::Held;
use super::place::release_unique_key;
use super::ranges::CompletedRange;
use super::row::JobRow;
use super::session::{Role, Session};
use crate::codec::{outcome_code, stream_code};

/// Log lines kept of one attempt.
const LINES_PER_ATTEMPT: i64 = 1_000;

/// The longest result that stands in the event that completes its job; a longer one would be in the way of whoever
/// reads the log.
const SMALL_RESULT_BYTES: usize = 1_024;

/// Whether a result may be the detail of the event that completes its job.
fn is_small(result: Option<&RawJson>) -> bool {
    // A detail that is null reads as none.
    result.is_none_or(|json| json.get().len() <= SMALL_RESULT_BYTES && json.get() != "null")
}

/// The running attempt, if `lease` still gives the right to decide about it.
fn held(session: &Session<'_, '_>, lease: Lease) -> Result<Arc<Held>, StaleLease> {
    let held = session.held(lease.job_id);
    let held = held.filter(|held| held.row.attempt == lease.attempt);
    held.cloned().ok_or(StaleLease(lease))
}

/// Ends attempts. `jitter` gives numbers uniform in `[0, 1)`.
pub(crate) fn finish(
    session: &mut Session<'_, '_>,
    ended: &[EndedAttempt],
    jitter: fn() -> f64,
) -> DbResult<Vec<Result<JobStatus, StaleLease>>> {
    let each = ended.iter().map(
        |EndedAttempt { lease, result }| match held(session, *lease) {
            Err(stale) => Ok(Err(stale)),
            Ok(held) => end(session, &held, result, jitter()).map(Ok),
        },
    );
    each.collect()
}

/// Ends up to `limit` attempts whose lease has run out.
pub(crate) fn expire(session: &mut Session<'_, '_>, limit: usize, jitter: f64) -> DbResult<usize> {
    let now = session.now();
    let expired = session.leases().expired(now, limit);
    for id in &expired {
        if let Some(held) = session.held(*id).cloned() {
            end(session, &held, &AttemptResult::Lost, jitter)?;
        }
    }
    Ok(expired.len())
}

/// Ends a running attempt, gives up its lease and moves its job on.
fn end(
    session: &mut Session<'_, '_>,
    held: &Held,
    result: &AttemptResult,
    jitter: f64,
) -> DbResult<JobStatus> {
    if let Some(claim) = session.leases().release(held.row.id) {
        session.change("DELETE FROM claims WHERE claim = ?1", params![claim])?;
    }
    settle_attempt(session, held.row.clone(), &held.worker, result, jitter)
}

/// Records how the running attempt of `row` ended and moves the job on.
pub(super) fn settle_attempt(
    session: &mut Session<'_, '_>,
    mut row: JobRow,
    worker: &str,
    result: &AttemptResult,
    jitter: f64,
) -> DbResult<JobStatus> {
    let state = AttemptState {
        attempt: row.attempt,
        attempt_limit: row.attempt_limit,
        max_attempts: row.max_attempts,
        cancel_requested: row.state.cancel_requested,
        retry: row.retry,
    };
    let settlement = resolve_attempt(&state, result, jitter);
    let output = result.output();
    if settlement == AttemptTransition::Complete {
        // The events of such an attempt tell all of it.
        if row.is_simple() && is_small(output) {
            row.complete(session, output)?;
            session.save_completed(CompletedRange::of(&row))?;
        } else {
            record_attempt(session, &row, worker, result)?;
            row.complete(session, None)?;
            row.state.cancel_requested = false;
            row.save(session)?;
        }
    } else {
        record_attempt(session, &row, worker, result)?;
        let duration_ms = row.duration_ms(session.now());
        let change = settlement.change(session.now(), duration_ms, result);
        row.due_at = match &change {
            Change::Retrying { run_at, .. } => *run_at,
            _ => session.now(),
        };
        row.advance(session, Role::Processor, change)?;
        row.attempt_limit += u32::from(settlement == AttemptTransition::Requeue { counted: false });
        row.state.cancel_requested = false;
        row.state.parked = row.status == JobStatus::Failed;
        if let Some(error) = result.failure() {
            row.state.error = Some(error);
        }
        row.save(session)?;
        row.place().enter(session, row.job)?;
    }
    if row.status.is_terminal() {
        release_unique_key(session, row.state.unique_key.as_deref(), row.job)?;
    }
    Ok(row.status)
}

fn record_attempt(
    session: &Session<'_, '_>,
    row: &JobRow,
    worker: &str,
    result: &AttemptResult,
) -> DbResult<()> {
    let error = result.failure();
    session
        .change(
            "INSERT INTO job_attempts (job, attempt, run, worker, outcome, started_at, finished_at, error_reason, \
             error_message, result) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            params![
                row.job,
                row.attempt,
                row.run,
                worker,
                outcome_code(result.outcome()),
                row.started_at.unwrap_or(session.now()).as_micros(),
                session.now().as_micros(),
                error.as_ref().map(|error| error.reason.as_str()),
                error.as_ref().map(|error| &*error.message),
                result.output().map(RawJson::get),
            ],
        )
        .map(drop)
}

/// Extends leases to `lease_ms` from now.
pub(crate) fn renew(
    session: &mut Session<'_, '_>,
    leases: &[Lease],
    lease_ms: u64,
) -> Vec<Renewal> {
    let expires_at = session.now().plus_millis(lease_ms);
    leases
        .iter()
        .map(|lease| match held(session, *lease) {
            Err(_) => Renewal::Lost,
            Ok(held) => {
                let cancel_requested = held.row.state.cancel_requested;
                session.leases().update(Held {
                    expires_at,
                    ..Held::clone(&held)
                });
                Renewal::Renewed {
                    expires_at,
                    cancel_requested,
                }
            }
        })
        .collect()
}

/// Records how far an attempt is.
pub(crate) fn record_progress(
    session: &mut Session<'_, '_>,
    lease: Lease,
    progress: Progress,
) -> DbResult<Result<(), StaleLease>> {
    let mut held = match held(session, lease) {
        Err(stale) => return Ok(Err(stale)),
        Ok(held) => Held::clone(&held),
    };
    let row = &mut held.row;
    let change = Change::Progressed {
        fraction: progress.fraction,
        message: progress.message.clone(),
    };
    row.advance(session, Role::Processor, change)?;
    row.state.progress = Some(progress);
    row.save(session)?;
    session.leases().update(held);
    Ok(Ok(()))
}

/// Appends log lines of a running attempt, as far as there is room.
pub(crate) fn append_log(
    session: &mut Session<'_, '_>,
    lease: Lease,
    lines: &[LogLine],
) -> DbResult<Result<(), StaleLease>> {
    let job = match held(session, lease) {
        Err(stale) => return Ok(Err(stale)),
        Ok(held) => held.row.job,
    };
    let written: i64 = session
        .find(
            "SELECT coalesce(max(line_no), 0) FROM job_logs WHERE job = ?1 AND attempt = ?2",
            params![job, lease.attempt],
            |row| row.get(0),
        )?
        .unwrap_or(0);
    for (line_no, line) in (written + 1..=LINES_PER_ATTEMPT).zip(lines) {
        session.change(
            "INSERT INTO job_logs (job, attempt, line_no, at, stream, line) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![job, lease.attempt, line_no, line.at.as_micros(), stream_code(line.stream), line.line],
        )?;
    }
    Ok(Ok(()))
}
