use odd_contracts::JobStatus;
use odd_core::AttemptResult;
use odd_core::ports::{EndedAttempt, StaleLease};

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

/// Ends up to `limit` attempts whose lease has expired. Returns how many.
pub(crate) fn expire(session: &mut Session<'_, '_>, limit: usize, jitter: f64) -> DbResult<usize> {
    let expired = session.state.running.expired(session.now(), limit);
    for attempt in &expired {
        end(session, attempt, &AttemptResult::Lost, jitter)?;
    }
    Ok(expired.len())
}

/// Ends an attempt and moves its job on. Returns the job's new status.
pub(super) fn end(
    session: &mut Session<'_, '_>,
    attempt: &RunningAttempt,
    result: &AttemptResult,
    jitter: f64,
) -> DbResult<JobStatus> {
    let mut row = attempt.row.clone();
    let change = row.state.end_attempt(result, jitter, session.now())?;
    let status = row.state.status;
    session.end_attempt(attempt, row, change, result)?;
    Ok(status)
}
