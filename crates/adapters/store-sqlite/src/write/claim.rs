use odd_contracts::{FailureReason, JobError, RawJson};
use odd_core::ports::{ClaimRequest, ClaimedJob, Lease};
use odd_core::{Change, attempt_of_run};
use rusqlite::params;

use super::DbResult;
use super::candidate::{Candidate, Input, take_candidates};
use super::leases::Held;
use super::place::release_unique_key;
use super::row::JobRow;
use super::session::{Role, Session};
use crate::codec::to_json;

/// A job of a claim, as the table `claims` has it: row, attempt, version, last event.
pub(super) type ClaimEntry = (i64, u32, u32, i64);

/// Takes up to the wanted number of ready jobs: highest priority first, then longest ready.
pub(super) fn claim(
    session: &mut Session<'_, '_>,
    request: &ClaimRequest,
) -> DbResult<Vec<ClaimedJob>> {
    let claim = session.leases().next_claim();
    let mut claimed = Vec::new();
    let mut entries: Vec<ClaimEntry> = Vec::new();
    // Jobs that admission refuses make room for others; each round either fills the claim or empties the queue.
    while claimed.len() < request.limit {
        let wanted = request.limit - claimed.len();
        let found = take_candidates(session, request, wanted)?;
        let is_last_round = found.len() < wanted;
        for candidate in found {
            let payload = candidate.input.payload.as_deref();
            match request.admit(&candidate.row.job_type, payload) {
                Ok(()) => {
                    let Candidate { row, input } = candidate;
                    let held = start(session, request, claim, row)?;
                    let row = &held.row;
                    entries.push((row.job, row.attempt, row.version, row.last_seq));
                    claimed.push(hand_out(&held, input)?);
                    session.leases().begin(held)?;
                }
                Err(message) => refuse(session, candidate, message)?,
            }
        }
        if is_last_round {
            break;
        }
    }
    if !entries.is_empty() {
        session.change(
            "INSERT INTO claims (claim, worker, started_at, jobs) VALUES (?1, ?2, ?3, ?4)",
            params![
                claim,
                &*request.worker_id,
                session.now().as_micros(),
                to_json(&entries)
            ],
        )?;
    }
    Ok(claimed)
}

fn start(
    session: &mut Session<'_, '_>,
    request: &ClaimRequest,
    claim: i64,
    mut row: JobRow,
) -> DbResult<Held> {
    let now = session.now();
    row.advance(session, Role::Processor, Change::Validated)?;
    row.attempt += 1;
    row.started_at = Some(now);
    row.state.progress = None;
    let started = Change::Started {
        worker_id: request.worker_id.clone(),
        wait_ms: now.fractional_millis_since(row.due_at),
    };
    row.advance(session, Role::Processor, started)?;
    let lease_ms = u64::try_from(request.lease.as_millis()).unwrap_or(u64::MAX);
    Ok(Held {
        row,
        worker: request.worker_id.clone(),
        expires_at: now.plus_millis(lease_ms),
        claim,
    })
}

fn hand_out(held: &Held, input: Input) -> DbResult<ClaimedJob> {
    let row = &held.row;
    let payload = input.payload.map(RawJson::from_text).transpose();
    Ok(ClaimedJob {
        lease: Lease {
            job_id: row.id,
            attempt: row.attempt,
        },
        lease_expires_at: held.expires_at,
        job_type: row.job_type.clone(),
        queue: row.queue.clone(),
        payload: payload
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?,
        run: row.run,
        timeout_ms: input.timeout_ms,
        attempt_of_run: attempt_of_run(row.attempt, row.attempt_limit, row.max_attempts),
        is_last_attempt: row.attempt >= row.attempt_limit,
        correlation_id: row.correlation,
        created_at: input.created_at,
    })
}

/// Fails a job whose payload its handler cannot use.
fn refuse(session: &mut Session<'_, '_>, candidate: Candidate, message: String) -> DbResult<()> {
    let mut row = candidate.row;
    let reason = FailureReason::InvalidPayload;
    let failed = Change::Failed {
        reason,
        message: message.clone(),
        duration_ms: None,
    };
    row.advance(session, Role::Processor, failed)?;
    row.state.parked = true;
    row.state.error = Some(JobError { reason, message });
    row.save(session)?;
    row.place().enter(session, row.job)?;
    release_unique_key(session, row.state.unique_key.as_deref(), row.job)
}
