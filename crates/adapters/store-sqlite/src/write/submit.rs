use std::sync::Arc;

use odd_contracts::{JobId, JobStatus, Timestamp};
use odd_core::ports::{Acceptance, SubmitError, Submitted};
use odd_core::{Fingerprint, JobEvent, JobOptions, JobState, NewJob};
use rusqlite::{Row, params};

use super::ranges::ReadyRange;
use super::session::Session;
use super::write_buffer::AcceptedJob;
use super::writer_state::Role;
use crate::codec::{get_job_id, get_json, get_status, get_time};
use crate::columns::SMALL_PAYLOAD_BYTES;
use crate::error::DbResult;
use crate::segment::Origin;

/// Stores all jobs, or none.
pub(crate) fn submit(
    session: &mut Session<'_, '_>,
    jobs: &Arc<[NewJob]>,
) -> DbResult<Result<Vec<Submitted>, SubmitError>> {
    let can_conflict = jobs.iter().any(|job| job.fingerprint.is_some());
    if can_conflict && jobs.len() > 1 {
        session.atomic(|session| submit_all(session, jobs))
    } else {
        submit_all(session, jobs)
    }
}

fn submit_all(
    session: &mut Session<'_, '_>,
    jobs: &Arc<[NewJob]>,
) -> DbResult<Result<Vec<Submitted>, SubmitError>> {
    let mut answers = Vec::with_capacity(jobs.len());
    for (index, job) in jobs.iter().enumerate() {
        let answer = match find_existing(session, index, job)? {
            Err(conflict) => return Ok(Err(conflict)),
            Ok(Some(existing)) => existing,
            Ok(None) => insert(session, jobs, index)?,
        };
        answers.push(answer);
    }
    Ok(Ok(answers))
}

/// Returns the answer with the job that already exists for this submission, if there is one.
fn find_existing(
    session: &mut Session<'_, '_>,
    index: usize,
    job: &NewJob,
) -> DbResult<Result<Option<Submitted>, SubmitError>> {
    if let Some(fingerprint) = job.fingerprint {
        let found = match &job.idempotency_key {
            Some(key) => by_idempotency_key(session, key)?.map(|found| (found, "Idempotency-Key")),
            None => None,
        };
        let found = match found {
            None => by_id(session, job.id)?.map(|found| (found, "id")),
            found => found,
        };
        if let Some((found, what)) = found {
            if found.fingerprint != Some(fingerprint.0) {
                return Ok(Err(SubmitError::Conflict {
                    index,
                    what,
                    existing: found.id,
                }));
            }
            return Ok(Ok(Some(found.answer(session, Acceptance::Replayed))));
        }
    }
    let Some(key) = &job.unique_key else {
        return Ok(Ok(None));
    };
    let Some((row, found)) = by_unique_key(session, key)? else {
        return Ok(Ok(None));
    };
    if let (Some(key), Some(Fingerprint(fingerprint))) = (&job.idempotency_key, job.fingerprint) {
        // A repeat gets this answer, even after the job has ended.
        session.execute(
            "INSERT INTO shared_keys (idempotency_key, job, fingerprint) VALUES (?1, ?2, ?3)",
            params![key, row, fingerprint],
        )?;
    }
    Ok(Ok(Some(found.answer(session, Acceptance::UniqueExists))))
}

/// A job that has the id or a key of a submission.
struct Existing {
    id: JobId,
    /// As the file has it.
    status: JobStatus,
    accepted_at: Timestamp,
    fingerprint: Option<[u8; 32]>,
}

impl Existing {
    /// Reads the columns id, status, created_at.
    fn read(row: &Row<'_>, fingerprint: Option<[u8; 32]>) -> rusqlite::Result<Self> {
        Ok(Self {
            id: get_job_id(row, 0)?,
            status: get_status(row, 1)?,
            accepted_at: get_time(row, 2)?,
            fingerprint,
        })
    }

    /// Reads the columns id, status, created_at, options.
    fn read_with_options(row: &Row<'_>) -> rusqlite::Result<Self> {
        let options: Option<JobOptions> = get_json(row, 3)?;
        Self::read(row, options.and_then(|options| options.fingerprint))
    }

    fn answer(self, session: &Session<'_, '_>, acceptance: Acceptance) -> Submitted {
        let running = session.state.running.get(self.id);
        Submitted {
            id: self.id,
            status: running.map_or(self.status, |attempt| attempt.row.state.status),
            accepted_at: self.accepted_at,
            acceptance,
        }
    }
}

fn by_idempotency_key(session: &mut Session<'_, '_>, key: &str) -> DbResult<Option<Existing>> {
    let own = session.find(
        "SELECT j.id, j.status, j.created_at, j.options FROM idempotency_keys k JOIN jobs j ON j.job = k.job \
         WHERE k.idempotency_key = ?1",
        params![key],
        Existing::read_with_options,
    )?;
    if own.is_some() {
        return Ok(own);
    }
    session.find(
        "SELECT j.id, j.status, j.created_at, k.fingerprint FROM shared_keys k JOIN jobs j ON j.job = k.job \
         WHERE k.idempotency_key = ?1",
        params![key],
        |row| Existing::read(row, Some(row.get(3)?)),
    )
}

fn by_id(session: &mut Session<'_, '_>, id: JobId) -> DbResult<Option<Existing>> {
    session.find(
        "SELECT id, status, created_at, options FROM jobs WHERE id = ?1",
        params![id.0],
        Existing::read_with_options,
    )
}

/// Returns the unfinished job that carries `key`, and its row number.
fn by_unique_key(session: &mut Session<'_, '_>, key: &str) -> DbResult<Option<(i64, Existing)>> {
    session.find(
        "SELECT j.id, j.status, j.created_at, j.job FROM unique_keys u JOIN jobs j ON j.job = u.job WHERE u.unique_key = ?1",
        params![key],
        |row| Ok((row.get(3)?, Existing::read(row, None)?)),
    )
}

fn insert(
    session: &mut Session<'_, '_>,
    submission: &Arc<[NewJob]>,
    index: usize,
) -> DbResult<Submitted> {
    let new = &submission[index];
    let now = session.now();
    let job = session.next_job();
    let (state, created) = JobState::submit(new, now);
    let producer = session.state.producer(Role::Gateway);
    let event = JobEvent {
        job_id: new.id,
        job_type: new.job_type.clone(),
        queue: new.queue.clone(),
        version: created.version,
        attempt: created.attempt,
        occurred_at: now,
        correlation_id: new.correlation_id,
        producer: producer.producer.clone(),
        previous_status: created.previous_status,
        change: created.change,
    };
    let origin = Origin {
        producer: producer.row,
        job,
        prev: None,
        own: new.correlation_id,
    };
    let seq = session.append(&origin, event, None)?;
    session.insert_job(AcceptedJob {
        submission: submission.clone(),
        index,
        job,
        status: state.status,
        last_seq: seq,
        due_at: state.due_at,
    })?;
    if state.status == JobStatus::Scheduled {
        session.insert_delayed(state.due_at, job)?;
    } else {
        session.insert_ready(ReadyRange {
            job_type: new.job_type.clone(),
            queue: new.queue.clone(),
            priority: new.priority,
            ready_at: state.due_at,
            first: job,
            last: job,
        })?;
    }
    insert_auxiliary_rows(session, new, job)?;
    Ok(Submitted {
        id: new.id,
        status: state.status,
        accepted_at: now,
        acceptance: Acceptance::Created,
    })
}

/// Inserts what few jobs have: keys, a large payload, tags.
fn insert_auxiliary_rows(session: &mut Session<'_, '_>, new: &NewJob, job: i64) -> DbResult<()> {
    if let Some(key) = &new.unique_key {
        session.execute(
            "INSERT INTO unique_keys (unique_key, job) VALUES (?1, ?2)",
            params![key, job],
        )?;
    }
    if let Some(payload) = &new.payload
        && payload.get().len() > SMALL_PAYLOAD_BYTES
    {
        session.execute(
            "INSERT INTO job_payloads (job, payload) VALUES (?1, ?2)",
            params![job, payload.get()],
        )?;
    }
    if let Some(key) = &new.idempotency_key {
        session.execute(
            "INSERT INTO idempotency_keys (idempotency_key, job) VALUES (?1, ?2)",
            params![key, job],
        )?;
    }
    for tag in &new.tags {
        session.execute(
            "INSERT OR IGNORE INTO job_tags (tag, job) VALUES (?1, ?2)",
            params![tag, job],
        )?;
    }
    Ok(())
}
