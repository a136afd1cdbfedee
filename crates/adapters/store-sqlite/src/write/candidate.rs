use std::collections::BTreeSet;
use std::ops::ControlFlow;
use std::sync::LazyLock;

use odd_contracts::{JobType, Timestamp};
use odd_core::ports::ClaimRequest;
use rusqlite::params;

use super::DbResult;
use super::ranges::ReadyRange;
use super::row::{JobRow, READY_COLUMN_COUNT, READY_COLUMNS};
use super::session::Session;
use crate::codec::{get_name, get_time};
use crate::columns::PAYLOAD;

/// A ready job that may be claimed.
pub(super) struct Candidate {
    pub(super) row: JobRow,
    pub(super) input: Input,
}

/// What its worker needs beyond that.
pub(super) struct Input {
    pub(super) created_at: Timestamp,
    pub(super) timeout_ms: u64,
    pub(super) payload: Option<String>,
}

/// Takes up to `wanted` ready jobs: highest priority first, then longest ready.
pub(super) fn take_candidates(
    session: &Session<'_, '_>,
    request: &ClaimRequest,
    wanted: usize,
) -> DbResult<Vec<Candidate>> {
    match session.take_only_ready()? {
        Some(range) => take_unwritten(session, request, range, wanted),
        None => take_written(session, request, wanted),
    }
}

/// Takes jobs of `range`, which is not in the table of ready ones.
fn take_unwritten(
    session: &Session<'_, '_>,
    request: &ClaimRequest,
    range: ReadyRange,
    wanted: usize,
) -> DbResult<Vec<Candidate>> {
    let types = request.types.as_ref();
    let is_asked_for =
        types.is_none_or(|types| types.contains(&range.job_type)) && takes_queue(request, &range);
    let mut found = Vec::new();
    let left = if is_asked_for {
        take_from(session, range, wanted, &mut found)?
    } else {
        Some(range)
    };
    if let Some(left) = left {
        session.enter_ready(left)?;
    }
    Ok(found)
}

fn takes_queue(request: &ClaimRequest, range: &ReadyRange) -> bool {
    let queues = request.queues.as_ref();
    queues.is_none_or(|queues| queues.contains(&range.queue))
}

/// Takes jobs out of the table of ready ones.
fn take_written(
    session: &Session<'_, '_>,
    request: &ClaimRequest,
    wanted: usize,
) -> DbResult<Vec<Candidate>> {
    let mut ranges = Vec::new();
    match &request.types {
        Some(types) => {
            let distinct: BTreeSet<&JobType> = types.iter().collect();
            for job_type in distinct {
                ranges.extend(ready_ranges(session, request, job_type, wanted)?);
            }
        }
        None => {
            for job_type in ready_types(session)? {
                ranges.extend(ready_ranges(session, request, &job_type, wanted)?);
            }
        }
    }
    ranges.sort_by_key(|range| (-range.priority, range.ready_at, range.first));
    let mut found = Vec::new();
    for range in ranges {
        if found.len() == wanted {
            break;
        }
        range.delete(session)?;
        if let Some(left) = take_from(session, range, wanted, &mut found)? {
            left.insert(session)?;
        }
    }
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

/// The first ranges of a type, with `wanted` jobs among them if there are so many.
fn ready_ranges(
    session: &Session<'_, '_>,
    request: &ClaimRequest,
    job_type: &JobType,
    wanted: usize,
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
            if takes_queue(request, &range) {
                jobs += range.len();
                ranges.push(range);
            }
            Ok(if jobs < wanted {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            })
        },
    )?;
    Ok(ranges)
}

static JOBS: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {READY_COLUMNS}, j.created_at, j.timeout_ms, {PAYLOAD} FROM jobs j \
         WHERE j.job BETWEEN ?1 AND ?2 ORDER BY j.job"
    )
});

/// Moves jobs from the front of `range` to `found` until there are `wanted`. Returns what is left of the range.
fn take_from(
    session: &Session<'_, '_>,
    mut range: ReadyRange,
    wanted: usize,
    found: &mut Vec<Candidate>,
) -> DbResult<Option<ReadyRange>> {
    let before = found.len();
    let missing = i64::try_from(wanted - before).unwrap_or(i64::MAX);
    let last = range.last.min(range.first.saturating_add(missing - 1));
    session.each(&JOBS, params![range.first, last], |row| {
        found.push(Candidate {
            row: JobRow::read_ready(row, &range)?,
            input: Input {
                created_at: get_time(row, READY_COLUMN_COUNT)?,
                timeout_ms: row.get(READY_COLUMN_COUNT + 1)?,
                payload: row.get(READY_COLUMN_COUNT + 2)?,
            },
        });
        Ok(ControlFlow::Continue(()))
    })?;
    let taken = i64::try_from(found.len() - before).unwrap_or(i64::MAX);
    if taken != last - range.first + 1 {
        return Err(rusqlite::Error::QueryReturnedNoRows);
    }
    range.first = last + 1;
    Ok((range.first <= range.last).then_some(range))
}
