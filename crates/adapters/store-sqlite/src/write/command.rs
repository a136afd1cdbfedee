use odd_contracts::{CorrelationId, JobId};
use odd_core::ports::CommandError;
use odd_core::{Cancellation, Refusal};
use rusqlite::params;

use super::session::Session;
use super::writer_state::Role;
use crate::codec::get_job_id;
use crate::error::{DbError, DbResult};
use crate::row::JobRow;
use crate::running::RunningAttempt;

type Outcome = DbResult<Result<(), CommandError>>;

/// Applies a command to the job, unless it does not exist.
fn with_job(
    session: &mut Session<'_, '_>,
    id: JobId,
    command: impl FnOnce(&mut Session<'_, '_>, JobRow) -> Outcome,
) -> Outcome {
    match session.job(id)? {
        Some(row) => command(session, row),
        None => Ok(Err(CommandError::NotFound(id))),
    }
}

fn refused(id: JobId, Refusal { status, .. }: Refusal) -> CommandError {
    CommandError::Forbidden { id, status }
}

/// Cancels a waiting job, or asks a running one to stop.
pub(crate) fn cancel(session: &mut Session<'_, '_>, id: JobId, cause: CorrelationId) -> Outcome {
    with_job(session, id, |session, row| {
        let mut state = row.state.clone();
        match state.cancel() {
            Err(refusal) => Ok(Err(refused(id, refusal))),
            Ok(Cancellation::StopRequested) => request_stop(session, JobRow { state, ..row }),
            Ok(Cancellation::Cancelled(change)) => {
                session.delete_index(&row)?;
                let row = JobRow { state, ..row };
                session.save_change(row, Role::Gateway, Some(cause), change)?;
                Ok(Ok(()))
            }
        }
    })
}

/// Saves that a running job was asked to stop, and updates the hint for its worker.
///
/// # Errors
/// If this job is inconsistent, only the outcome of this command is an error: nothing has been written yet, so the
/// transaction continues.
fn request_stop(session: &mut Session<'_, '_>, row: JobRow) -> Outcome {
    let Some(attempt) = session.state.running.get(row.id) else {
        let damage = DbError::Inconsistent("an EXECUTING job has no running attempt");
        return Ok(Err(CommandError::Store(damage.into())));
    };
    let attempt = RunningAttempt {
        row,
        ..RunningAttempt::clone(attempt)
    };
    session.save_running(attempt)?;
    session.state.hint.cancel_requests += 1;
    Ok(Ok(()))
}

/// Starts a new run of a FAILED or CANCELLED job.
pub(crate) fn retry(session: &mut Session<'_, '_>, id: JobId, cause: CorrelationId) -> Outcome {
    with_job(session, id, |session, row| {
        let mut state = row.state.clone();
        let change = match state.retry(session.time()) {
            Err(refusal) => return Ok(Err(refused(id, refusal))),
            Ok(change) => change,
        };
        if let Some(holder) = holder_of_unique_key(session, &row)? {
            return Ok(Err(CommandError::UniqueKeyHeld { id, holder }));
        }
        session.delete_index(&row)?;
        let row = JobRow { state, ..row };
        session.restore_unique_key(&row)?;
        session.save_change(row, Role::Gateway, Some(cause), change)?;
        Ok(Ok(()))
    })
}

/// Returns the unfinished job that has the unique key of a finished one.
fn holder_of_unique_key(session: &mut Session<'_, '_>, row: &JobRow) -> DbResult<Option<JobId>> {
    let Some(key) = &row.unique_key else {
        return Ok(None);
    };
    session.find(
        "SELECT j.id FROM unique_keys u JOIN jobs j ON j.job = u.job WHERE u.unique_key = ?1",
        params![key],
        |row| get_job_id(row, 0),
    )
}

/// Removes a FAILED job from the dead letters.
pub(crate) fn drop_dead_letter(session: &mut Session<'_, '_>, id: JobId) -> Outcome {
    with_job(session, id, |session, mut row| {
        match row.state.drop_dead_letter() {
            Err(refusal) => Ok(Err(refused(id, refusal))),
            Ok(()) => session.save_row(&row).map(Ok),
        }
    })
}
