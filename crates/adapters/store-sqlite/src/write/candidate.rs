use std::ops::ControlFlow;
use std::sync::LazyLock;

use odd_contracts::{JobType, Timestamp};
use odd_core::ports::ClaimRequest;
use rusqlite::params;

use super::DbResult;
use super::row::{COLUMN_COUNT, COLUMNS, JobRow};
use super::session::Session;
use crate::codec::{get_name, get_time};

/// A ready job that may be claimed.
pub(super) struct Candidate {
    pub(super) row: JobRow,
    pub(super) created_at: Timestamp,
    pub(super) timeout_ms: u64,
    pub(super) payload: Option<String>,
}

/// Takes up to `wanted` jobs out of the table of ready ones: highest priority first, then longest ready.
pub(super) fn take_candidates(
    session: &mut Session<'_, '_>,
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
    found.sort_by_key(|Candidate { row, .. }| (-row.priority, row.due_at, row.job));
    found.truncate(wanted);
    leave_ready(session, request, &found)?;
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

static READY: LazyLock<String> = LazyLock::new(|| {
    format!(
        "SELECT {COLUMNS}, j.created_at, j.timeout_ms, j.payload FROM ready r CROSS JOIN jobs j ON j.job = r.job \
         WHERE r.type = ?1 ORDER BY r.rank, r.ready_at, r.job"
    )
});

fn ready(
    session: &Session<'_, '_>,
    request: &ClaimRequest,
    job_type: &JobType,
    limit: usize,
) -> DbResult<Vec<Candidate>> {
    let mut found = Vec::new();
    session.each(&READY, params![job_type.as_str()], |row| {
        let candidate = Candidate {
            row: JobRow::read(row)?,
            created_at: get_time(row, COLUMN_COUNT)?,
            timeout_ms: row.get(COLUMN_COUNT + 1)?,
            payload: row.get(COLUMN_COUNT + 2)?,
        };
        let queues = request.queues.as_ref();
        if queues.is_none_or(|wanted| wanted.contains(&candidate.row.queue)) {
            found.push(candidate);
        }
        Ok(if found.len() < limit {
            ControlFlow::Continue(())
        } else {
            ControlFlow::Break(())
        })
    })?;
    Ok(found)
}

/// Without a choice of queues, what was taken of a type is all that stood up to the last one: one statement.
fn leave_ready(
    session: &Session<'_, '_>,
    request: &ClaimRequest,
    taken: &[Candidate],
) -> DbResult<()> {
    if request.queues.is_some() {
        return taken
            .iter()
            .try_for_each(|Candidate { row, .. }| row.place().leave(session, row.job));
    }
    let mut left = 0;
    for (index, Candidate { row, .. }) in taken.iter().enumerate().rev() {
        let later = &taken[index + 1..];
        if later.iter().any(|other| other.row.job_type == row.job_type) {
            continue;
        }
        left += session.change(
            "DELETE FROM ready WHERE type = ?1 AND (rank, ready_at, job) <= (?2, ?3, ?4)",
            params![
                row.job_type.as_str(),
                -row.priority,
                row.due_at.as_micros(),
                row.job
            ],
        )?;
    }
    debug_assert_eq!(left, taken.len(), "ready jobs were passed over");
    Ok(())
}
