use std::sync::Arc;

use odd_contracts::{JobId, JobStatus};
use odd_core::ports::{Acceptance, SubmitError, Submitted};
use odd_core::{Change, Fingerprint, JobEvent, NewJob};
use rusqlite::params;

use super::DbResult;
use super::pending::PendingJob;
use super::place::Place;
use super::session::{Role, Session};
use crate::codec::{get_job_id, get_json, get_status, get_time};
use crate::columns::{Options, SMALL_PAYLOAD_BYTES};
use crate::segment::Origin;

/// Stores all jobs, or none.
pub(crate) fn submit(
    session: &mut Session<'_, '_>,
    jobs: &Arc<[NewJob]>,
) -> DbResult<Result<Vec<Submitted>, SubmitError>> {
    let can_conflict = jobs.iter().any(|job| job.fingerprint.is_some());
    if can_conflict && jobs.len() > 1 {
        session.atomic(|s| submit_all(s, jobs))
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
        let answer = match earlier(session, index, job)? {
            Err(conflict) => return Ok(Err(conflict)),
            Ok(Some(earlier)) => earlier,
            Ok(None) => insert(session, jobs, index)?,
        };
        answers.push(answer);
    }
    Ok(Ok(answers))
}

/// The job that already stands for this submission, if there is one.
fn earlier(
    session: &Session<'_, '_>,
    index: usize,
    job: &NewJob,
) -> DbResult<Result<Option<Submitted>, SubmitError>> {
    if let Some(fingerprint) = job.fingerprint {
        let found = match &job.idempotency_key {
            Some(key) => by_key(session, key)?.map(|found| (found, "Idempotency-Key")),
            None => None,
        };
        let found = match found {
            None => by_id(session, job.id)?.map(|found| (found, "id")),
            found => found,
        };
        if let Some((found, what)) = found {
            return Ok(repeat(&found, fingerprint).ok_or(SubmitError::Conflict {
                index,
                what,
                existing: found.answer.id,
            }));
        }
    }
    let Some(key) = &job.unique_key else {
        return Ok(Ok(None));
    };
    let Some((row, answer)) = by_unique_key(session, key)? else {
        return Ok(Ok(None));
    };
    if let (Some(key), Some(fingerprint)) = (&job.idempotency_key, job.fingerprint) {
        // A repeat is to get this answer, even when the job is over by then.
        session.change(
            "INSERT INTO shared_keys (idempotency_key, job, fingerprint) VALUES (?1, ?2, ?3)",
            params![key, row, fingerprint.0],
        )?;
    }
    Ok(Ok(Some(answer)))
}

struct Found {
    answer: Submitted,
    fingerprint: Option<[u8; 32]>,
}

fn repeat(found: &Found, fingerprint: Fingerprint) -> Option<Option<Submitted>> {
    (found.fingerprint == Some(fingerprint.0)).then_some(Some(found.answer))
}

fn read_answer(
    session: &Session<'_, '_>,
    row: &rusqlite::Row<'_>,
    acceptance: Acceptance,
) -> DbResult<Submitted> {
    let id = get_job_id(row, 0)?;
    let status = match session.held(id) {
        Some(held) => held.row.status,
        None => get_status(row, 1)?,
    };
    Ok(Submitted {
        id,
        status,
        accepted_at: get_time(row, 2)?,
        acceptance,
    })
}

fn read_found(session: &Session<'_, '_>, row: &rusqlite::Row<'_>) -> DbResult<Found> {
    let options: Option<Options> = get_json(row, 3)?;
    Ok(Found {
        answer: read_answer(session, row, Acceptance::Replayed)?,
        fingerprint: options.and_then(|options| options.fingerprint),
    })
}

fn by_key(session: &Session<'_, '_>, key: &str) -> DbResult<Option<Found>> {
    let own = session.find(
        "SELECT j.id, j.status, j.created_at, j.options FROM idempotency_keys k JOIN jobs j ON j.job = k.job \
         WHERE k.idempotency_key = ?1",
        params![key],
        |row| read_found(session, row),
    )?;
    if own.is_some() {
        return Ok(own);
    }
    session.find(
        "SELECT j.id, j.status, j.created_at, k.fingerprint FROM shared_keys k JOIN jobs j ON j.job = k.job \
         WHERE k.idempotency_key = ?1",
        params![key],
        |row| {
            Ok(Found {
                answer: read_answer(session, row, Acceptance::Replayed)?,
                fingerprint: Some(row.get(3)?),
            })
        },
    )
}

fn by_id(session: &Session<'_, '_>, id: JobId) -> DbResult<Option<Found>> {
    session.find(
        "SELECT id, status, created_at, options FROM jobs WHERE id = ?1",
        params![id.0],
        |row| read_found(session, row),
    )
}

/// The unfinished job that carries `key`, and its row.
fn by_unique_key(session: &Session<'_, '_>, key: &str) -> DbResult<Option<(i64, Submitted)>> {
    session.find(
        "SELECT j.id, j.status, j.created_at, j.job FROM unique_keys u JOIN jobs j ON j.job = u.job WHERE u.unique_key = ?1",
        params![key],
        |row| Ok((row.get(3)?, read_answer(session, row, Acceptance::UniqueExists)?)),
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
    let run_at = new.run_at(now);
    let status = if run_at.is_some() {
        JobStatus::Scheduled
    } else {
        JobStatus::Pending
    };
    let event = JobEvent {
        job_id: new.id,
        job_type: new.job_type.clone(),
        queue: new.queue.clone(),
        version: 1,
        attempt: None,
        occurred_at: now,
        correlation_id: new.correlation_id,
        producer: session.producer(Role::Gateway).clone(),
        previous_status: None,
        change: Change::Created {
            priority: new.priority,
            run_at,
        },
    };
    let origin = Origin {
        producer: session.producer_row(Role::Gateway),
        job,
        prev: None,
        own: new.correlation_id,
    };
    let seq = session.append(&origin, event, None)?;
    session.insert_job(PendingJob {
        submission: (submission.clone(), index),
        job,
        status,
        last_seq: seq,
        due_at: run_at.unwrap_or(now),
    })?;
    let place = match run_at {
        Some(run_at) => Place::Delayed { run_at },
        None => Place::Ready {
            job_type: &new.job_type,
            queue: &new.queue,
            priority: new.priority,
            ready_at: now,
        },
    };
    place.enter(session, job)?;
    if let Some(key) = &new.unique_key {
        session.change(
            "INSERT INTO unique_keys (unique_key, job) VALUES (?1, ?2)",
            params![key, job],
        )?;
    }
    if let Some(payload) = &new.payload
        && payload.get().len() > SMALL_PAYLOAD_BYTES
    {
        session.change(
            "INSERT INTO job_payloads (job, payload) VALUES (?1, ?2)",
            params![job, payload.get()],
        )?;
    }
    if let Some(key) = &new.idempotency_key {
        session.change(
            "INSERT INTO idempotency_keys (idempotency_key, job) VALUES (?1, ?2)",
            params![key, job],
        )?;
    }
    for tag in &new.tags {
        session.change(
            "INSERT OR IGNORE INTO job_tags (tag, job) VALUES (?1, ?2)",
            params![tag, job],
        )?;
    }
    Ok(Submitted {
        id: new.id,
        status,
        accepted_at: now,
        acceptance: Acceptance::Created,
    })
}
