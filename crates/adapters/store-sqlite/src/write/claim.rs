use odd_contracts::RawJson;
use odd_core::StoreTime;
use odd_core::ports::{ClaimQuota, ClaimRequest, ClaimedJob, Lease, RefusedJob};
use rusqlite::params;

use super::candidate::{Candidate, Input, take_candidates};
use super::session::Session;
use super::writer_state::Role;
use crate::codec::to_json;
use crate::error::{DbError, DbResult};
use crate::row::JobRow;
use crate::running::RunningAttempt;

/// A job of a claim, as the table `claims` contains it: row, attempt, version, last event.
pub(super) type ClaimEntry = (i64, u32, u32, i64);

/// What a claim did with the jobs that were ready.
#[derive(Default)]
pub(super) struct ClaimOutcome {
    pub(super) claimed: Vec<ClaimedJob>,
    pub(super) refused: Vec<RefusedJob>,
}

/// Claims ready jobs: highest priority first, then longest ready.
pub(super) fn claim(
    session: &mut Session<'_, '_>,
    request: &ClaimRequest,
) -> DbResult<ClaimOutcome> {
    let claim = session.state.running.next_claim();
    let ClaimOutcome {
        mut claimed,
        mut refused,
    } = ClaimOutcome::default();
    let mut entries: Vec<ClaimEntry> = Vec::new();
    // Jobs that admission refuses make room for others; each round either fills the claim or takes all that it may.
    loop {
        let quota = ClaimQuota::new(request, claimed.len());
        if quota.remaining() == 0 {
            break;
        }
        let candidates = take_candidates(session, request, quota)?;
        let refused_before = refused.len();
        let is_cut_off = candidates.len() < quota.remaining();
        for Candidate { row, input } in candidates {
            match request.admit(&row.job_type, input.payload.as_deref()) {
                Ok(()) => {
                    let attempt = start(session, request, claim, row)?;
                    let row = &attempt.row;
                    entries.push((row.job, row.state.attempt, row.state.version, row.last_seq));
                    claimed.push(claimed_job(session.time(), request, &attempt, input)?);
                    session.state.running.start(attempt)?;
                }
                Err(message) => refused.push(refuse(session, row, message)?),
            }
        }
        if is_cut_off && refused.len() == refused_before {
            break;
        }
    }
    if !entries.is_empty() {
        session.execute(
            "INSERT INTO claims (claim, worker, started_at, jobs) VALUES (?1, ?2, ?3, ?4)",
            params![
                claim,
                &*request.worker_id,
                session.now().as_micros(),
                to_json(&entries)
            ],
        )?;
    }
    Ok(ClaimOutcome { claimed, refused })
}

/// Starts an attempt. The row in the file stays as it is: `claims` contains what a crash would lose.
fn start(
    session: &mut Session<'_, '_>,
    request: &ClaimRequest,
    claim: i64,
    mut row: JobRow,
) -> DbResult<RunningAttempt> {
    let now = session.time().not_before(row.updated_at);
    let cause = row.correlation;
    for change in row.state.start(&request.worker_id, now)? {
        session.record(&mut row, Role::Processor, cause, change, None)?;
    }
    Ok(RunningAttempt {
        row,
        worker: request.worker_id.clone(),
        expires_at: session.lease_time().plus_millis(request.lease_ms()),
        claim,
    })
}

fn claimed_job(
    now: StoreTime,
    request: &ClaimRequest,
    attempt: &RunningAttempt,
    input: Input,
) -> DbResult<ClaimedJob> {
    let row = &attempt.row;
    let payload = input.payload.map(RawJson::from_text).transpose();
    Ok(ClaimedJob {
        lease: Lease {
            job_id: row.id,
            attempt: row.state.attempt,
        },
        lease_expires_at: now.steady.plus_millis(request.lease_ms()),
        job_type: row.job_type.clone(),
        queue: row.queue.clone(),
        payload: payload.map_err(DbError::from)?,
        run: row.state.run,
        timeout_ms: input.timeout_ms,
        attempt_of_run: row.state.attempt_of_run(),
        is_last_attempt: row.state.is_last_attempt(),
        correlation_id: row.correlation,
        trace: row.trace,
        created_at: input.created_at,
        wanted_at: input.wanted_at,
        ready_at: now.offset().to_wall(row.state.due_at),
    })
}

/// Fails a job whose payload its handler cannot use.
fn refuse(session: &mut Session<'_, '_>, mut row: JobRow, message: String) -> DbResult<RefusedJob> {
    let change = row.state.refuse_payload(message)?;
    let refused = RefusedJob {
        job_type: row.job_type.clone(),
        run: row.state.run,
    };
    session.save_change(row, Role::Processor, None, change)?;
    Ok(refused)
}
