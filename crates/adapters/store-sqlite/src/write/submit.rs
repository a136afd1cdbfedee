use std::sync::Arc;

use odd_contracts::{JobId, JobStatus, Timestamp};
use odd_core::ports::{Acceptance, SubmitError, Submitted};
use odd_core::{
    Deduplication, ExistingJobs, Fingerprint, JobEvent, JobOptions, JobState, NewJob, Submission,
    deduplicate,
};
use rusqlite::{Row, params};

use super::ranges::ReadyRange;
use super::session::Session;
use super::write_buffer::AcceptedJob;
use super::writer_state::Role;
use crate::codec::{get_job_id, get_json, get_status, get_time};
use crate::columns::SMALL_PAYLOAD_BYTES;
use crate::error::{DbError, DbResult};
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
        let answer = match deduplicate(job, &mut StoredJobs(session))? {
            Deduplication::New => insert(session, jobs, index)?,
            Deduplication::Replayed(found) => found.answer(session, Acceptance::Replayed),
            Deduplication::UniqueExists(found) => {
                insert_shared_key(session, job, found.job)?;
                found.answer(session, Acceptance::UniqueExists)
            }
            Deduplication::Conflict { what, existing } => {
                return Ok(Err(SubmitError::Conflict {
                    index,
                    what,
                    existing,
                }));
            }
        };
        answers.push(answer);
    }
    Ok(Ok(answers))
}

/// Stores the idempotency key of a submission that the row `job` answers.
fn insert_shared_key(session: &mut Session<'_, '_>, new: &NewJob, job: i64) -> DbResult<()> {
    if let (Some(key), Some(Fingerprint(fingerprint))) = (&new.idempotency_key, new.fingerprint) {
        session.execute(
            "INSERT INTO shared_keys (idempotency_key, job, fingerprint) VALUES (?1, ?2, ?3)",
            params![key, job, fingerprint],
        )?;
    }
    Ok(())
}

/// A job that answers a submission.
struct StoredJob {
    job: i64,
    id: JobId,
    /// As the file has it.
    status: JobStatus,
    accepted_at: Timestamp,
}

impl StoredJob {
    /// Reads the columns job, id, status, created_at.
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Self {
            job: row.get(0)?,
            id: get_job_id(row, 1)?,
            status: get_status(row, 2)?,
            accepted_at: get_time(row, 3)?,
        })
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

/// The jobs in the file, with those that the transaction has inserted.
struct StoredJobs<'s, 'a, 'c>(&'s mut Session<'a, 'c>);

impl ExistingJobs for StoredJobs<'_, '_, '_> {
    type Job = StoredJob;
    type Error = DbError;

    fn by_idempotency_key(&mut self, key: &str) -> DbResult<Option<Submission<StoredJob>>> {
        let own = self.0.find(
            "SELECT j.job, j.id, j.status, j.created_at, j.options FROM idempotency_keys k JOIN jobs j ON j.job = k.job \
             WHERE k.idempotency_key = ?1",
            params![key],
            read_own_submission,
        )?;
        if own.is_some() {
            return Ok(own);
        }
        self.0.find(
            "SELECT j.job, j.id, j.status, j.created_at, k.fingerprint FROM shared_keys k JOIN jobs j ON j.job = k.job \
             WHERE k.idempotency_key = ?1",
            params![key],
            |row| submission(row, Some(row.get(4)?)),
        )
    }

    fn by_id(&mut self, id: JobId) -> DbResult<Option<Submission<StoredJob>>> {
        self.0.find(
            "SELECT job, id, status, created_at, options FROM jobs WHERE id = ?1",
            params![id.0],
            read_own_submission,
        )
    }

    fn by_unique_key(&mut self, key: &str) -> DbResult<Option<StoredJob>> {
        self.0.find(
            "SELECT j.job, j.id, j.status, j.created_at FROM unique_keys u JOIN jobs j ON j.job = u.job \
             WHERE u.unique_key = ?1",
            params![key],
            StoredJob::read,
        )
    }
}

/// Reads the submission that created a job: the columns of [`StoredJob::read`] and options.
fn read_own_submission(row: &Row<'_>) -> rusqlite::Result<Submission<StoredJob>> {
    let options: Option<JobOptions> = get_json(row, 4)?;
    submission(row, options.and_then(|options| options.fingerprint))
}

fn submission(
    row: &Row<'_>,
    fingerprint: Option<[u8; 32]>,
) -> rusqlite::Result<Submission<StoredJob>> {
    let job = StoredJob::read(row)?;
    Ok(Submission {
        id: job.id,
        fingerprint: fingerprint.map(Fingerprint),
        job,
    })
}

fn insert(
    session: &mut Session<'_, '_>,
    submission: &Arc<[NewJob]>,
    index: usize,
) -> DbResult<Submitted> {
    let new = &submission[index];
    let now = session.time();
    let job = session.next_job();
    let (state, created) = JobState::submit(new, now);
    let producer = session.state.producer(Role::Gateway);
    let event = JobEvent {
        job_id: new.id,
        job_type: new.job_type.clone(),
        queue: new.queue.clone(),
        version: created.version,
        attempt: created.attempt,
        occurred_at: now.wall,
        correlation_id: new.correlation_id,
        trace: new.trace,
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
        accepted_at: now.wall,
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
