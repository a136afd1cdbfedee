use std::sync::Arc;

use odd_contracts::{JobId, JobStatus, Timestamp};
use odd_core::ports::{Acceptance, SubmitError, Submitted};
use odd_core::{Change, Fingerprint, JobEvent, NewJob};
use rusqlite::params;
use uuid::Uuid;

use super::DbResult;
use super::place::Place;
use super::session::{Role, Session};
use crate::codec::{get_job_id, get_status, get_time, status_code, to_json};

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
    jobs: &[NewJob],
) -> DbResult<Result<Vec<Submitted>, SubmitError>> {
    let mut answers = Vec::with_capacity(jobs.len());
    for (index, job) in jobs.iter().enumerate() {
        let answer = match earlier(session, index, job)? {
            Err(conflict) => return Ok(Err(conflict)),
            Ok(Some(earlier)) => earlier,
            Ok(None) => insert(session, job)?,
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
    match &job.unique_key {
        Some(key) => by_unique_key(session, key).map(Ok),
        None => Ok(Ok(None)),
    }
}

struct Found {
    answer: Submitted,
    fingerprint: Option<Vec<u8>>,
}

fn repeat(found: &Found, fingerprint: Fingerprint) -> Option<Option<Submitted>> {
    (found.fingerprint.as_deref() == Some(fingerprint.0.as_slice())).then_some(Some(found.answer))
}

fn read_found(row: &rusqlite::Row<'_>) -> DbResult<Found> {
    let answer = Submitted {
        id: get_job_id(row, 0)?,
        status: get_status(row, 1)?,
        accepted_at: get_time(row, 2)?,
        acceptance: Acceptance::Replayed,
    };
    Ok(Found {
        answer,
        fingerprint: row.get(3)?,
    })
}

fn by_key(session: &Session<'_, '_>, key: &str) -> DbResult<Option<Found>> {
    session.find(
        "SELECT j.id, j.status, j.created_at, s.fingerprint FROM job_specs s JOIN jobs j ON j.job = s.job \
         WHERE s.idempotency_key = ?1",
        params![key],
        read_found,
    )
}

fn by_id(session: &Session<'_, '_>, id: JobId) -> DbResult<Option<Found>> {
    session.find(
        "SELECT j.id, j.status, j.created_at, s.fingerprint FROM jobs j JOIN job_specs s ON s.job = j.job WHERE j.id = ?1",
        params![id.0],
        read_found,
    )
}

fn by_unique_key(session: &Session<'_, '_>, key: &str) -> DbResult<Option<Submitted>> {
    let found = session.find(
        "SELECT j.id, j.status, j.created_at, NULL FROM unique_keys u JOIN jobs j ON j.job = u.job WHERE u.unique_key = ?1",
        params![key],
        read_found,
    )?;
    Ok(found.map(|found| Submitted {
        acceptance: Acceptance::UniqueExists,
        ..found.answer
    }))
}

fn insert(session: &mut Session<'_, '_>, new: &NewJob) -> DbResult<Submitted> {
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
    let seq = session.append(Role::Gateway, job, None, new.correlation_id, event)?;
    insert_job(session, job, new, status, seq, run_at)?;
    insert_spec(session, job, new)?;
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

fn insert_job(
    session: &Session<'_, '_>,
    job: i64,
    new: &NewJob,
    status: JobStatus,
    seq: i64,
    run_at: Option<Timestamp>,
) -> DbResult<()> {
    let now = session.now().as_micros();
    session
        .change(
            "INSERT INTO jobs (job, id, type, queue, status, version, last_seq, priority, attempt, attempt_limit, run, \
             created_at, updated_at, ready_at, run_at, unique_key) \
             VALUES (?1, ?2, ?3, ?4, ?5, 1, ?6, ?7, 0, ?8, 1, ?9, ?9, ?10, ?11, ?12)",
            params![
                job,
                new.id.0,
                new.job_type.as_str(),
                new.queue.as_str(),
                status_code(status),
                seq,
                new.priority,
                new.max_attempts,
                now,
                run_at.is_none().then_some(now),
                run_at.map(Timestamp::as_micros),
                new.unique_key,
            ],
        )
        .map(drop)
}

fn insert_spec(session: &Session<'_, '_>, job: i64, new: &NewJob) -> DbResult<()> {
    let fingerprint: Option<&[u8]> = new.fingerprint.as_ref().map(|f| f.0.as_slice());
    let is_default_retry = new.retry == odd_core::RetryPolicy::default();
    let correlation: Uuid = new.correlation_id.0;
    session
        .change(
            "INSERT INTO job_specs (job, correlation, max_attempts, timeout_ms, retry, retry_override, tags, metadata, \
             idempotency_key, fingerprint, payload) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11)",
            params![
                job,
                correlation,
                new.max_attempts,
                new.timeout_ms,
                (!is_default_retry).then(|| to_json(&new.retry)),
                new.retry_override.as_ref().map(to_json),
                (!new.tags.is_empty()).then(|| to_json(&new.tags)),
                (!new.metadata.is_empty()).then(|| to_json(&new.metadata)),
                new.idempotency_key,
                fingerprint,
                new.payload.as_ref().map(|payload| payload.get()),
            ],
        )
        .map(drop)
}
