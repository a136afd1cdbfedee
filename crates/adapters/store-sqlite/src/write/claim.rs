use std::panic::{AssertUnwindSafe, catch_unwind};

use odd_contracts::{FailureReason, JobStatus, RawJson};
use odd_core::Change;
use odd_core::ports::{ClaimRequest, ClaimedJob, Lease};
use rusqlite::params;

use super::DbResult;
use super::candidate::{Candidate, candidates};
use super::place::{Place, release_unique_key};
use super::session::{Role, Session};

/// The longest message that the contracts of jobs and events allow; a refusal may quote the payload.
const MAX_MESSAGE_CHARS: usize = 4_096;

/// Takes up to the wanted number of ready jobs: highest priority first, then longest ready.
pub(super) fn claim(
    session: &mut Session<'_, '_>,
    request: &ClaimRequest,
) -> DbResult<Vec<ClaimedJob>> {
    let mut claimed = Vec::new();
    // Jobs that admission refuses make room for others; each round either fills the claim or empties the queue.
    while claimed.len() < request.limit {
        let wanted = request.limit - claimed.len();
        let found = candidates(session, request, wanted)?;
        let is_last_round = found.len() < wanted;
        for candidate in found {
            match admit(request, &candidate) {
                Ok(()) => claimed.push(start(session, request, candidate)?),
                Err(message) => refuse(session, candidate, message)?,
            }
        }
        if is_last_round {
            break;
        }
    }
    Ok(claimed)
}

/// Asks whether the candidate's payload can be run. The check is a handler author's code and runs on the thread
/// that all transactions share: when it panics, that is the one job's failure.
fn admit(request: &ClaimRequest, candidate: &Candidate) -> Result<(), String> {
    let check = || {
        let payload = candidate.payload.as_deref();
        request.admission.admit(&candidate.job_type, payload)
    };
    catch_unwind(AssertUnwindSafe(check))
        .unwrap_or_else(|_| Err("the check of the payload panicked".into()))
        .map_err(|message| message.chars().take(MAX_MESSAGE_CHARS).collect())
}

fn start(
    session: &mut Session<'_, '_>,
    request: &ClaimRequest,
    candidate: Candidate,
) -> DbResult<ClaimedJob> {
    let now = session.now();
    let attempt = candidate.attempt + 1;
    let wait_ms = now.fractional_millis_since(candidate.ready_at);
    let expires = now.plus_millis(u64::try_from(request.lease.as_millis()).unwrap_or(u64::MAX));
    let validated = candidate.event(
        session,
        1,
        candidate.attempt,
        JobStatus::Pending,
        Change::Validated,
    );
    let started = Change::Started {
        worker_id: request.worker_id.clone(),
        wait_ms,
    };
    let started = candidate.event(session, 2, attempt, JobStatus::Validated, started);
    let seq = session.append(
        Role::Processor,
        candidate.job,
        Some(candidate.last_seq),
        candidate.correlation,
        validated,
    )?;
    let seq = session.append(
        Role::Processor,
        candidate.job,
        Some(seq),
        candidate.correlation,
        started,
    )?;
    session.change(
        "UPDATE jobs SET status = 3, version = ?2, last_seq = ?3, attempt = ?4, updated_at = ?5, started_at = ?5, \
         ready_at = NULL, worker = ?6, progress = NULL, progress_message = NULL WHERE job = ?1",
        params![
            candidate.job,
            candidate.version + 2,
            seq,
            attempt,
            now.as_micros(),
            &*request.worker_id
        ],
    )?;
    candidate.place().leave(session, candidate.job)?;
    Place::Leased {
        expires_at: expires,
    }
    .enter(session, candidate.job)?;
    let payload = candidate.payload.map(RawJson::from_text).transpose();
    Ok(ClaimedJob {
        lease: Lease {
            job_id: candidate.id,
            attempt,
        },
        lease_expires_at: expires,
        job_type: candidate.job_type,
        queue: candidate.queue,
        payload: payload
            .map_err(|error| rusqlite::Error::ToSqlConversionFailure(Box::new(error)))?,
        run: candidate.run,
        timeout_ms: candidate.timeout_ms,
        attempt_of_run: (attempt + candidate.max_attempts)
            .saturating_sub(candidate.attempt_limit)
            .max(1),
        is_last_attempt: attempt >= candidate.attempt_limit,
        correlation_id: candidate.correlation,
        created_at: candidate.created_at,
    })
}

/// Fails a job whose payload its handler cannot use.
fn refuse(session: &mut Session<'_, '_>, candidate: Candidate, message: String) -> DbResult<()> {
    let now = session.now();
    let reason = FailureReason::InvalidPayload;
    let failed = Change::Failed {
        reason,
        message: message.clone(),
        duration_ms: None,
    };
    let failed = candidate.event(session, 1, candidate.attempt, JobStatus::Pending, failed);
    let seq = session.append(
        Role::Processor,
        candidate.job,
        Some(candidate.last_seq),
        candidate.correlation,
        failed,
    )?;
    session.change(
            "UPDATE jobs SET status = 6, version = ?2, last_seq = ?3, updated_at = ?4, finished_at = ?4, ready_at = NULL, \
             parked = 1, error_reason = ?5, error_message = ?6 WHERE job = ?1",
            params![candidate.job, candidate.version + 1, seq, now.as_micros(), reason.as_str(), message],
    )?;
    candidate.place().leave(session, candidate.job)?;
    Place::Unsuccessful {
        status: JobStatus::Failed,
    }
    .enter(session, candidate.job)?;
    release_unique_key(session, candidate.unique_key.as_deref(), candidate.job)
}
