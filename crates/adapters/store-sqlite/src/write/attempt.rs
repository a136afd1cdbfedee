use odd_contracts::JobStatus;
use odd_core::AttemptResult;
use odd_core::ports::{EndedAttempt, Expiry, LostAttempt, StaleLease};

use super::session::Session;
use crate::error::DbResult;
use crate::running::RunningAttempt;

/// Ends attempts. `jitter` returns numbers that are uniform in `[0, 1)`.
pub(crate) fn finish(
    session: &mut Session<'_, '_>,
    ended: &[EndedAttempt],
    jitter: fn() -> f64,
) -> DbResult<Vec<Result<JobStatus, StaleLease>>> {
    let each = ended.iter().map(|EndedAttempt { lease, result }| {
        match session.state.running.leased(*lease) {
            Err(stale) => Ok(Err(stale)),
            Ok(attempt) => end(session, &attempt, result, jitter()).map(Ok),
        }
    });
    each.collect()
}

/// Ends up to `limit` attempts whose lease has expired.
pub(crate) fn expire(session: &mut Session<'_, '_>, limit: usize, jitter: f64) -> DbResult<Expiry> {
    let expired = session.state.running.expired(session.lease_time(), limit);
    let lost = expired.iter().map(|attempt| lose(session, attempt, jitter));
    Ok(Expiry {
        leases: expired.len(),
        lost: lost.collect::<DbResult<_>>()?,
    })
}

/// Ends an attempt whose worker is gone.
pub(super) fn lose(
    session: &mut Session<'_, '_>,
    attempt: &RunningAttempt,
    jitter: f64,
) -> DbResult<LostAttempt> {
    Ok(LostAttempt {
        job_type: attempt.row.job_type.clone(),
        run: attempt.row.state.run,
        status: end(session, attempt, &AttemptResult::Lost, jitter)?,
    })
}

/// Ends an attempt and moves its job on. Returns the job's new status.
fn end(
    session: &mut Session<'_, '_>,
    attempt: &RunningAttempt,
    result: &AttemptResult,
    jitter: f64,
) -> DbResult<JobStatus> {
    let mut row = attempt.row.clone();
    let now = session.time().not_before(row.updated_at);
    let change = row.state.end_attempt(result, jitter, now)?;
    let status = row.state.status;
    session.end_attempt(attempt, row, change, result)?;
    Ok(status)
}
