use odd_contracts::{JobStatus, Timestamp};
use odd_core::StoreTime;
use odd_core::ports::LostAttempt;
use rusqlite::params;
use std::sync::{Arc, LazyLock};

use super::attempt::lose;
use super::claim::ClaimEntry;
use super::session::Session;
use crate::codec::{get_json, get_time};
use crate::error::{DbError, DbResult};
use crate::row::{COLUMNS, JobRow};
use crate::running::RunningAttempt;

static JOB_BY_NUMBER: LazyLock<String> =
    LazyLock::new(|| format!("SELECT {COLUMNS} FROM jobs j WHERE j.job = ?1"));

/// A row of `claims`.
struct Claim {
    number: i64,
    worker: String,
    started_at: Timestamp,
    jobs: Vec<ClaimEntry>,
}

/// Ends the attempts of one claim that an earlier process left behind, and adds them to `lost`. Returns `false` if there is
/// no such claim.
pub(super) fn end_abandoned_claim(
    session: &mut Session<'_, '_>,
    lost: &mut Vec<LostAttempt>,
) -> DbResult<bool> {
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
    let worker: Arc<str> = claim.worker.into();
    for entry in &claim.jobs {
        if let Some(row) = unfinished(session, entry, &worker, claim.started_at)? {
            let attempt = RunningAttempt {
                row,
                worker: worker.clone(),
                expires_at: claim.started_at,
                claim: claim.number,
            };
            lost.push(lose(session, &attempt, 0.0)?);
        }
    }
    session.execute("DELETE FROM claims WHERE claim = ?1", params![claim.number])?;
    Ok(true)
}

/// Returns the job, unless the attempt that the claim started has ended. A claim does not write the row, so the start of the
/// attempt may have to be applied to it again.
fn unfinished(
    session: &mut Session<'_, '_>,
    &(job, attempt, version, last_seq): &ClaimEntry,
    worker: &Arc<str>,
    started_at: Timestamp,
) -> DbResult<Option<JobRow>> {
    let Some(mut row) = session.find(&JOB_BY_NUMBER, params![job], JobRow::read)? else {
        return Ok(None);
    };
    let state = &mut row.state;
    if state.version < version {
        let started_at = started_at.max(row.updated_at);
        state.start(worker, StoreTime::of(started_at))?;
        row.updated_at = started_at;
        if (state.version, state.attempt) != (version, attempt) {
            return Err(DbError::Inconsistent(
                "a claim contradicts the row of its job",
            ));
        }
        row.last_seq = last_seq;
    }
    let is_running = state.status == JobStatus::Executing && state.attempt == attempt;
    Ok(is_running.then_some(row))
}
