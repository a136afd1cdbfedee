use std::ops::ControlFlow;

use odd_contracts::{CorrelationId, JobId, JobStatus, JobType, QueueName, Timestamp};
use odd_core::ports::ClaimRequest;
use odd_core::{Change, JobEvent};
use rusqlite::params;

use super::DbResult;
use super::place::Place;
use super::session::{Role, Session};
use crate::codec::{get_correlation, get_job_id, get_name, get_time};

/// A ready job that may be claimed.
pub(super) struct Candidate {
    pub(super) job: i64,
    pub(super) id: JobId,
    pub(super) queue: QueueName,
    pub(super) job_type: JobType,
    pub(super) priority: i32,
    pub(super) ready_at: Timestamp,
    pub(super) version: u32,
    pub(super) last_seq: i64,
    pub(super) attempt: u32,
    pub(super) attempt_limit: u32,
    pub(super) max_attempts: u32,
    pub(super) run: u32,
    pub(super) created_at: Timestamp,
    pub(super) correlation: CorrelationId,
    pub(super) timeout_ms: u64,
    pub(super) payload: Option<String>,
    pub(super) unique_key: Option<String>,
}

/// Up to `wanted` ready jobs: highest priority first, then longest ready.
pub(super) fn candidates(
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
    /// Where it stands.
    pub(super) fn place(&self) -> Place<'_> {
        Place::Ready {
            job_type: &self.job_type,
            queue: &self.queue,
            priority: self.priority,
            ready_at: self.ready_at,
        }
    }

    /// Its event `ahead` of its present version.
    pub(super) fn event(
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
