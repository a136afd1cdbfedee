use odd_contracts::{CorrelationId, JobId, JobStatus};
use odd_core::ports::CommandError;
use odd_core::{Change, machine};
use rusqlite::params;

use super::DbResult;
use super::leases::Held;
use super::place::release_unique_key;
use super::row::JobRow;
use super::session::Session;

/// Cancels a waiting job, or asks a running one to stop.
pub(crate) fn cancel(
    session: &mut Session<'_, '_>,
    id: JobId,
    cause: CorrelationId,
) -> DbResult<Result<(), CommandError>> {
    let Some(mut row) = JobRow::by_id(session, id)? else {
        return Ok(Err(CommandError::NotFound(id)));
    };
    if !machine::can_cancel(row.status) {
        return Ok(Err(CommandError::Forbidden {
            id,
            status: row.status,
        }));
    }
    if let Some(held) = session.held(id) {
        let mut held = Held::clone(held);
        held.row.state.cancel_requested = true;
        held.row.save(session)?;
        session.leases().update(held);
        session.note_cancel_request();
        return Ok(Ok(()));
    }
    row.place().leave(session, row.job)?;
    let cancelled = Change::Cancelled {
        message: None,
        duration_ms: None,
    };
    row.advance_for(session, cause, cancelled)?;
    row.save(session)?;
    row.place().enter(session, row.job)?;
    release_unique_key(session, row.state.unique_key.as_deref(), row.job)?;
    Ok(Ok(()))
}

/// Starts a new run of a job that failed or was cancelled.
pub(crate) fn retry(
    session: &mut Session<'_, '_>,
    id: JobId,
    cause: CorrelationId,
) -> DbResult<Result<(), CommandError>> {
    let Some(mut row) = JobRow::by_id(session, id)? else {
        return Ok(Err(CommandError::NotFound(id)));
    };
    if !machine::can_retry(row.status) {
        return Ok(Err(CommandError::Forbidden {
            id,
            status: row.status,
        }));
    }
    row.place().leave(session, row.job)?;
    let requeued = Change::Requeued {
        message: "retried by an operator".into(),
    };
    row.advance_for(session, cause, requeued)?;
    take_unique_key(session, &mut row)?;
    row.run += 1;
    row.attempt_limit = row.attempt + row.max_attempts;
    row.due_at = session.now();
    row.state.parked = false;
    row.state.error = None;
    row.save(session)?;
    row.place().enter(session, row.job)?;
    Ok(Ok(()))
}

/// Has the job carry its unique key again; while another unfinished job carries it, this one gives it up.
fn take_unique_key(session: &Session<'_, '_>, row: &mut JobRow) -> DbResult<()> {
    if let Some(key) = &row.state.unique_key {
        let taken = session.change(
            "INSERT OR IGNORE INTO unique_keys (unique_key, job) VALUES (?1, ?2)",
            params![key, row.job],
        )?;
        if taken == 0 {
            row.state.unique_key = None;
        }
    }
    Ok(())
}

/// Takes a failed job out of the dead letters.
pub(crate) fn drop_dead_letter(
    session: &mut Session<'_, '_>,
    id: JobId,
) -> DbResult<Result<(), CommandError>> {
    let Some(mut row) = JobRow::by_id(session, id)? else {
        return Ok(Err(CommandError::NotFound(id)));
    };
    if row.status != JobStatus::Failed || !row.state.parked {
        return Ok(Err(CommandError::Forbidden {
            id,
            status: row.status,
        }));
    }
    row.state.parked = false;
    row.save(session).map(Ok)
}
