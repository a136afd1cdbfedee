use odd_contracts::{CorrelationId, JobId, JobStatus};
use odd_core::ports::CommandError;
use odd_core::{Change, machine};
use rusqlite::params;

use super::DbResult;
use super::place::release_unique_key;
use super::row::JobRow;
use super::session::{Role, Session};

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
    if row.status == JobStatus::Executing {
        session.change(
            "UPDATE jobs SET cancel_requested = 1 WHERE job = ?1",
            params![row.job],
        )?;
        session.note_cancel_request();
        return Ok(Ok(()));
    }
    row.place().leave(session, row.job)?;
    row.advance(
        session,
        Role::Gateway,
        Some(cause),
        Change::Cancelled {
            message: None,
            duration_ms: None,
        },
    )?;
    row.save(session)?;
    session.change(
        "UPDATE jobs SET finished_at = ?2, ready_at = NULL, run_at = NULL WHERE job = ?1",
        params![row.job, session.now().as_micros()],
    )?;
    row.place().enter(session, row.job)?;
    release_unique_key(session, row.unique_key.as_deref(), row.job)?;
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
    take_unique_key(session, &row)?;
    row.place().leave(session, row.job)?;
    row.advance(
        session,
        Role::Gateway,
        Some(cause),
        Change::Requeued {
            message: "retried by an operator".into(),
        },
    )?;
    row.save(session)?;
    session.change(
        "UPDATE jobs SET run = run + 1, attempt_limit = attempt + ?2, ready_at = ?3, finished_at = NULL, parked = NULL, \
         run_at = NULL, error_reason = NULL, error_message = NULL WHERE job = ?1",
        params![row.job, row.max_attempts, session.now().as_micros()],
    )?;
    row.ready_from(session.now()).enter(session, row.job)?;
    Ok(Ok(()))
}

/// Has the job carry its unique key again; while another unfinished job carries it, this one gives it up.
fn take_unique_key(session: &Session<'_, '_>, row: &JobRow) -> DbResult<()> {
    let Some(key) = &row.unique_key else {
        return Ok(());
    };
    let taken = session.change(
        "INSERT OR IGNORE INTO unique_keys (unique_key, job) VALUES (?1, ?2)",
        params![key, row.job],
    )?;
    if taken == 0 {
        session.change(
            "UPDATE jobs SET unique_key = NULL WHERE job = ?1",
            params![row.job],
        )?;
    }
    Ok(())
}

/// Takes a failed job out of the dead letters.
pub(crate) fn drop_dead_letter(
    session: &mut Session<'_, '_>,
    id: JobId,
) -> DbResult<Result<(), CommandError>> {
    let Some(row) = JobRow::by_id(session, id)? else {
        return Ok(Err(CommandError::NotFound(id)));
    };
    let dropped = session.change(
        "UPDATE jobs SET parked = NULL WHERE job = ?1 AND status = 6 AND parked = 1",
        params![row.job],
    )?;
    Ok(if dropped == 1 {
        Ok(())
    } else {
        Err(CommandError::Forbidden {
            id,
            status: row.status,
        })
    })
}
