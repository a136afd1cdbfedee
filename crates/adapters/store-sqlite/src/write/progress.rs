use odd_contracts::{LogLine, Progress};
use odd_core::ports::{Lease, MAX_LOG_LINES_PER_ATTEMPT, StaleLease};
use rusqlite::params;

use super::session::Session;
use super::writer_state::Role;
use crate::codec::stream_code;
use crate::error::DbResult;
use crate::running::RunningAttempt;

/// Records progress of a running attempt.
pub(crate) fn record_progress(
    session: &mut Session<'_, '_>,
    lease: Lease,
    progress: Progress,
) -> DbResult<Result<(), StaleLease>> {
    let mut attempt = match session.state.running.leased(lease) {
        Err(stale) => return Ok(Err(stale)),
        Ok(attempt) => RunningAttempt::clone(&attempt),
    };
    let row = &mut attempt.row;
    let change = row.state.record_progress(progress)?;
    let cause = row.correlation;
    session.record(row, Role::Processor, cause, change, None)?;
    session.save_running(attempt)?;
    Ok(Ok(()))
}

/// Appends log lines of a running attempt, up to the limit of an attempt.
pub(crate) fn append_log(
    session: &mut Session<'_, '_>,
    lease: Lease,
    lines: &[LogLine],
) -> DbResult<Result<(), StaleLease>> {
    let job = match session.state.running.leased(lease) {
        Err(stale) => return Ok(Err(stale)),
        Ok(attempt) => attempt.row.job,
    };
    let written: i64 = session
        .find(
            "SELECT coalesce(max(line_no), 0) FROM job_logs WHERE job = ?1 AND attempt = ?2",
            params![job, lease.attempt],
            |row| row.get(0),
        )?
        .unwrap_or(0);
    let numbers = written + 1..=i64::from(MAX_LOG_LINES_PER_ATTEMPT);
    for (line_no, line) in numbers.zip(lines) {
        session.execute(
            "INSERT INTO job_logs (job, attempt, line_no, at, stream, line) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
            params![job, lease.attempt, line_no, line.at.as_micros(), stream_code(line.stream), line.line],
        )?;
    }
    Ok(Ok(()))
}
