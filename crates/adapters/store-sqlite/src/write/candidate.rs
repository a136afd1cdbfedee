use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::LazyLock;

use odd_contracts::{JobStatus, JobType, Timestamp};
use odd_core::ports::{ClaimQuota, ClaimRequest};
use odd_core::{JobOptions, JobState};
use rusqlite::{Row, params};

use super::ranges::ReadyRange;
use super::session::Session;
use crate::codec::{get_correlation, get_job_id, get_json, get_name, get_optional_time, get_time};
use crate::columns::{PAYLOAD, StateColumn};
use crate::error::{DbError, DbResult};
use crate::row::JobRow;

/// A ready job that may be claimed.
pub(super) struct Candidate {
    pub(super) row: JobRow,
    pub(super) input: Input,
}

/// What a worker needs of a job beyond its row.
pub(super) struct Input {
    pub(super) created_at: Timestamp,
    /// The time of the submission, or the requested start if that is later.
    pub(super) wanted_at: Timestamp,
    pub(super) timeout_ms: u64,
    pub(super) payload: Option<String>,
}

static JOBS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT j.job, j.version, j.last_seq, j.attempt, j.started_at, j.id, j.correlation, j.run, j.attempt_limit, \
         j.max_attempts, j.options, j.state, j.created_at, j.timeout_ms, {PAYLOAD}, j.updated_at \
         FROM jobs j WHERE j.job BETWEEN ?1 AND ?2 ORDER BY j.job"
    )
});

impl Candidate {
    /// Reads a row of [`JOBS`] that is in `range`.
    fn read(row: &Row<'_>, range: &ReadyRange) -> rusqlite::Result<Self> {
        let options: JobOptions = get_json(row, 10)?.unwrap_or_default();
        let column: StateColumn = get_json(row, 11)?.unwrap_or_default();
        let created_at = get_time(row, 12)?;
        Ok(Self {
            row: JobRow {
                job: row.get(0)?,
                last_seq: row.get(2)?,
                id: get_job_id(row, 5)?,
                correlation: get_correlation(row, 6)?,
                trace: options.trace,
                job_type: range.job_type.clone(),
                queue: range.queue.clone(),
                priority: range.priority,
                updated_at: get_time(row, 15)?,
                unique_key: column.unique_key,
                state: JobState {
                    status: JobStatus::Pending,
                    version: row.get(1)?,
                    attempt: row.get(3)?,
                    started_at: get_optional_time(row, 4)?,
                    run: row.get(7)?,
                    attempt_limit: row.get(8)?,
                    max_attempts: row.get(9)?,
                    retry: options.retry_policy(),
                    due_at: range.ready_at,
                    cancel_requested: column.cancel_requested,
                    dead_lettered: column.dead_lettered,
                    error: column.error,
                    progress: column.progress,
                },
            },
            input: Input {
                created_at,
                wanted_at: options.wanted_at(created_at),
                timeout_ms: row.get(13)?,
                payload: row.get(14)?,
            },
        })
    }
}

/// Removes the ready jobs of `quota` from their index: highest priority first, then longest ready.
pub(super) fn take_candidates(
    session: &mut Session<'_, '_>,
    request: &ClaimRequest,
    quota: ClaimQuota<'_>,
) -> DbResult<Vec<Candidate>> {
    match session.take_only_ready()? {
        Some(range) => take_unwritten(session, request, range, quota),
        None => take_written(session, request, quota),
    }
}

/// Takes jobs of `range`, which is not in the table of ready jobs.
fn take_unwritten(
    session: &mut Session<'_, '_>,
    request: &ClaimRequest,
    range: ReadyRange,
    mut quota: ClaimQuota<'_>,
) -> DbResult<Vec<Candidate>> {
    let types = request.types.as_ref();
    let is_requested =
        types.is_none_or(|types| types.contains(&range.job_type)) && accepts_queue(request, &range);
    let mut found = Vec::new();
    let count = match is_requested {
        true => quota.take(&range.job_type, range.len()),
        false => 0,
    };
    let rest = take_from(session, range, count, &mut found)?;
    if let Some(rest) = rest {
        session.insert_ready(rest)?;
    }
    Ok(found)
}

fn accepts_queue(request: &ClaimRequest, range: &ReadyRange) -> bool {
    let queues = request.queues.as_ref();
    queues.is_none_or(|queues| queues.contains(&range.queue))
}

/// Takes jobs from the table of ready jobs.
fn take_written(
    session: &mut Session<'_, '_>,
    request: &ClaimRequest,
    mut quota: ClaimQuota<'_>,
) -> DbResult<Vec<Candidate>> {
    let limit = quota.remaining();
    let mut ranges = Vec::new();
    match &request.types {
        Some(types) => {
            let distinct: BTreeSet<&JobType> = types.iter().collect();
            for job_type in distinct {
                ranges.extend(ready_ranges(session, request, job_type, limit)?);
            }
        }
        None => {
            for job_type in ready_types(session)? {
                ranges.extend(ready_ranges(session, request, &job_type, limit)?);
            }
        }
    }
    ranges.sort_by_key(|range| (-range.priority, range.ready_at, range.first));
    let mut found = Vec::new();
    for range in ranges {
        let count = quota.take(&range.job_type, range.len());
        if count == 0 {
            break;
        }
        session.delete_ready(&range)?;
        if let Some(rest) = take_from(session, range, count, &mut found)? {
            session.insert_ready(rest)?;
            break;
        }
    }
    Ok(found)
}

/// Returns the types that have ready jobs, by skipping from one to the next in the index.
fn ready_types(session: &mut Session<'_, '_>) -> DbResult<Vec<JobType>> {
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

/// Returns the first ranges of a type that contain `limit` jobs, or all if there are fewer.
fn ready_ranges(
    session: &mut Session<'_, '_>,
    request: &ClaimRequest,
    job_type: &JobType,
    limit: usize,
) -> DbResult<Vec<ReadyRange>> {
    let mut ranges = Vec::new();
    let mut jobs = 0;
    session.each(
        "SELECT rank, ready_at, first, last, queue FROM ready WHERE type = ?1 ORDER BY rank, ready_at, first",
        params![job_type.as_str()],
        |row| {
            let range = ReadyRange {
                job_type: job_type.clone(),
                priority: -row.get::<_, i32>(0)?,
                ready_at: get_time(row, 1)?,
                first: row.get(2)?,
                last: row.get(3)?,
                queue: get_name(row, 4)?,
            };
            if accepts_queue(request, &range) {
                jobs += range.len();
                ranges.push(range);
            }
            Ok(if jobs < limit {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            })
        },
    )?;
    Ok(ranges)
}

/// Moves `count` jobs from the front of `range` to `found`. Returns the rest of the range.
fn take_from(
    session: &mut Session<'_, '_>,
    mut range: ReadyRange,
    count: usize,
    found: &mut Vec<Candidate>,
) -> DbResult<Option<ReadyRange>> {
    if count == 0 {
        return Ok(Some(range));
    }
    let before = found.len();
    let count = i64::try_from(count).unwrap_or(i64::MAX);
    let last = range.last.min(range.first.saturating_add(count - 1));
    session.each(&JOBS, params![range.first, last], |row| {
        found.push(Candidate::read(row, &range)?);
        Ok(ControlFlow::Continue(()))
    })?;
    let taken = i64::try_from(found.len() - before).unwrap_or(i64::MAX);
    if taken != last - range.first + 1 {
        return Err(DbError::Inconsistent("a ready job has no row"));
    }
    range.first = last + 1;
    Ok((range.first <= range.last).then_some(range))
}
