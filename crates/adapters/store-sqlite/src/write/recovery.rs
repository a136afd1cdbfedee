use odd_contracts::{JobStatus, Timestamp};
use odd_core::AttemptResult;
use rusqlite::params;

use super::DbResult;
use super::attempt::settle_attempt;
use super::claim::ClaimEntry;
use super::row::JobRow;
use super::session::Session;
use crate::codec::{get_json, get_time};

struct Claim {
    number: i64,
    worker: String,
    started_at: Timestamp,
    jobs: Vec<ClaimEntry>,
}

/// Ends the attempts of one claim that an earlier process left behind. Returns whether there was one.
pub(super) fn take_back_claim(session: &mut Session<'_, '_>) -> DbResult<bool> {
    let found = session.find(
        "SELECT claim, worker, started_at, jobs FROM claims LIMIT 1",
        [],
        |row| {
            Ok(Claim {
                number: row.get(0)?,
                worker: row.get(1)?,
                started_at: get_time(row, 2)?,
                jobs: get_json(row, 3)?.unwrap_or_default(),
            })
        },
    )?;
    let Some(claim) = found else {
        return Ok(false);
    };
    for entry in &claim.jobs {
        if let Some(row) = unfinished(session, entry, claim.started_at)? {
            settle_attempt(session, row, &claim.worker, &AttemptResult::Lost, 0.0)?;
        }
    }
    session.change("DELETE FROM claims WHERE claim = ?1", params![claim.number])?;
    Ok(true)
}

/// The job, unless the attempt that the claim began had ended. Its row may be as it was before the claim.
fn unfinished(
    session: &Session<'_, '_>,
    &(job, attempt, version, last_seq): &ClaimEntry,
    started_at: Timestamp,
) -> DbResult<Option<JobRow>> {
    let Some(mut row) = JobRow::by_number(session, job)? else {
        return Ok(None);
    };
    if row.version < version {
        row.status = JobStatus::Executing;
        row.version = version;
        row.last_seq = last_seq;
        row.attempt = attempt;
        row.started_at = Some(started_at);
        row.state.progress = None;
    }
    let is_running = row.status == JobStatus::Executing && row.attempt == attempt;
    Ok(is_running.then_some(row))
}
