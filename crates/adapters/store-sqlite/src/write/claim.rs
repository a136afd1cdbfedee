use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};

use odd_contracts::{
    CorrelationId, FailureReason, JobId, JobStatus, JobType, QueueName, RawJson, Timestamp,
};
use odd_core::ports::{ClaimRequest, ClaimedJob, EndedAttempt, Lease, StoreError};
use odd_core::{AttemptResult, Change, JobEvent};
use rusqlite::params;
use tokio::sync::oneshot;

use super::DbResult;
use super::attempt::finish;
use super::place::{Place, release_unique_key};
use super::returns::{Claimed, Returns};
use super::session::{Role, Session};
use crate::codec::{get_correlation, get_job_id, get_name, get_time};

/// The longest message that the contracts of jobs and events allow; a refusal may quote the payload.
const MAX_MESSAGE_CHARS: usize = 4_096;

/// A claim that stands until it is served or its caller goes away.
pub(crate) struct ClaimTicket {
    pub(crate) request: ClaimRequest,
    pub(crate) reply: oneshot::Sender<Result<Claimed, StoreError>>,
}

struct Standing {
    ticket: ClaimTicket,
    tried: bool,
    claimed: Vec<ClaimedJob>,
}

/// The standing claims, in order of arrival.
pub(super) struct Waiting {
    tickets: Vec<Standing>,
    returns: Returns,
    /// What was taken from `returns` to be released in the present transaction, or in the next one when that fails.
    releasing: Vec<Lease>,
}

impl Waiting {
    pub(super) fn new(returns: Returns) -> Self {
        Self {
            tickets: Vec::new(),
            returns,
            releasing: Vec::new(),
        }
    }

    pub(super) fn push(&mut self, ticket: ClaimTicket) {
        self.tickets
            .retain(|standing| !standing.ticket.reply.is_closed());
        self.tickets.push(Standing {
            ticket,
            tried: false,
            claimed: Vec::new(),
        });
    }

    /// Whether a claim has not been tried since it arrived, or claims are to be released.
    pub(super) fn is_due(&self) -> bool {
        self.tickets.iter().any(|standing| !standing.tried) || !self.returns.is_empty()
    }

    pub(super) fn clear(&mut self) {
        self.tickets.clear();
    }

    /// Releases claims that nobody took.
    pub(super) fn take_back(&mut self, session: &mut Session<'_, '_>) -> DbResult<()> {
        self.returns.drain_into(&mut self.releasing);
        if self.releasing.is_empty() {
            return Ok(());
        }
        let release = |lease: &Lease| EndedAttempt {
            lease: *lease,
            result: AttemptResult::Released,
        };
        // A lease that is no longer valid needs no release.
        let released: Vec<EndedAttempt> = self.releasing.iter().map(release).collect();
        finish(session, &released, || 0.0).map(drop)
    }

    /// Serves as many claims as there are ready jobs.
    pub(super) fn serve(&mut self, session: &mut Session<'_, '_>) -> DbResult<()> {
        for standing in &mut self.tickets {
            standing.tried = true;
            if !standing.ticket.reply.is_closed() {
                standing.claimed = claim(session, &standing.ticket.request)?;
            }
        }
        Ok(())
    }

    /// Answers the claims that got something, or would not wait, once their transaction is over.
    pub(super) fn answer(&mut self, committed: &Result<(), StoreError>) {
        if let Err(error) = committed {
            // Nothing was claimed; the callers hear of it and ask again.
            for standing in self.tickets.drain(..) {
                let _ = standing.ticket.reply.send(Err(error.clone()));
            }
            return;
        }
        self.releasing.clear();
        for index in (0..self.tickets.len()).rev() {
            let standing = &self.tickets[index];
            if standing.is_over() {
                let standing = self.tickets.remove(index);
                let claimed = self.returns.guard(standing.claimed);
                // Where nobody listens any more, the answer is dropped, and with it the claims are given back.
                let _ = standing.ticket.reply.send(Ok(claimed));
            }
        }
    }
}

impl Standing {
    fn is_over(&self) -> bool {
        let is_served = !self.claimed.is_empty() || self.ticket.request.wait.is_zero();
        (self.tried && is_served) || self.ticket.reply.is_closed()
    }
}

struct Candidate {
    job: i64,
    id: JobId,
    queue: QueueName,
    job_type: JobType,
    priority: i32,
    ready_at: Timestamp,
    version: u32,
    last_seq: i64,
    attempt: u32,
    attempt_limit: u32,
    max_attempts: u32,
    run: u32,
    created_at: Timestamp,
    correlation: CorrelationId,
    timeout_ms: u64,
    payload: Option<String>,
    unique_key: Option<String>,
}

/// Takes up to the wanted number of ready jobs: highest priority first, then longest ready.
fn claim(session: &mut Session<'_, '_>, request: &ClaimRequest) -> DbResult<Vec<ClaimedJob>> {
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

fn candidates(
    session: &Session<'_, '_>,
    request: &ClaimRequest,
    wanted: usize,
) -> DbResult<Vec<Candidate>> {
    let mut found = Vec::new();
    match &request.types {
        Some(types) => {
            for job_type in types.iter() {
                found.extend(ready(session, request, job_type, wanted)?);
            }
        }
        None => {
            for job_type in ready_types(session)? {
                found.extend(ready(session, request, &job_type, wanted)?);
            }
        }
    }
    found.sort_by_key(|candidate| (-candidate.priority, candidate.ready_at, candidate.job));
    found.truncate(wanted);
    Ok(found)
}

/// The types that have ready jobs, by skipping from one to the next in the index.
fn ready_types(session: &Session<'_, '_>) -> DbResult<Vec<JobType>> {
    let mut types: Vec<JobType> = Vec::new();
    loop {
        let after = types.last().map_or("", JobType::as_str);
        let next = session.find(
            "SELECT type FROM ready WHERE type > ?1 ORDER BY type LIMIT 1",
            params![after],
            |row| get_name(row, 0),
        )?;
        match next {
            Some(job_type) => types.push(job_type),
            None => return Ok(types),
        }
    }
}

const READY: &str = "SELECT j.job, j.id, r.queue, j.priority, r.ready_at, j.version, j.last_seq, j.attempt, j.attempt_limit, j.run, \
         j.created_at, s.correlation, s.timeout_ms, s.payload, s.max_attempts, j.unique_key \
         FROM ready r CROSS JOIN jobs j ON j.job = r.job CROSS JOIN job_specs s ON s.job = r.job \
         WHERE r.type = ?1 ORDER BY r.rank, r.ready_at, r.job";

fn ready(
    session: &Session<'_, '_>,
    request: &ClaimRequest,
    job_type: &JobType,
    limit: usize,
) -> DbResult<Vec<Candidate>> {
    let mut found = Vec::new();
    session.each(READY, params![job_type.as_str()], |row| {
        let queue = get_name(row, 2)?;
        let is_wanted = request
            .queues
            .as_ref()
            .is_none_or(|wanted| wanted.contains(&queue));
        if is_wanted {
            found.push(Candidate {
                job: row.get(0)?,
                id: get_job_id(row, 1)?,
                queue,
                job_type: job_type.clone(),
                priority: row.get(3)?,
                ready_at: get_time(row, 4)?,
                version: row.get(5)?,
                last_seq: row.get(6)?,
                attempt: row.get(7)?,
                attempt_limit: row.get(8)?,
                run: row.get(9)?,
                created_at: get_time(row, 10)?,
                correlation: get_correlation(row, 11)?,
                timeout_ms: row.get(12)?,
                payload: row.get(13)?,
                max_attempts: row.get(14)?,
                unique_key: row.get(15)?,
            });
        }
        Ok(if found.len() < limit {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        })
    })?;
    Ok(found)
}

impl Candidate {
    fn place(&self) -> Place<'_> {
        Place::Ready {
            job_type: &self.job_type,
            queue: &self.queue,
            priority: self.priority,
            ready_at: self.ready_at,
        }
    }

    fn event(
        &self,
        session: &Session<'_, '_>,
        ahead: u32,
        attempt: u32,
        previous: JobStatus,
        change: Change,
    ) -> JobEvent {
        JobEvent {
            job_id: self.id,
            job_type: self.job_type.clone(),
            queue: self.queue.clone(),
            version: self.version + ahead,
            attempt: (attempt > 0).then_some(attempt),
            occurred_at: session.now(),
            correlation_id: self.correlation,
            producer: session.producer(Role::Processor).clone(),
            previous_status: Some(previous),
            change,
        }
    }
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
