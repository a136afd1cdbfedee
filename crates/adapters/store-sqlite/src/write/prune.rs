use std::collections::BTreeMap;
use std::ops::ControlFlow;

use odd_contracts::{JobStatus, Timestamp};
use rusqlite::params;

use super::DbResult;
use super::session::Session;
use crate::codec::{PrunedDetail, get_status};

/// Rows looked at in one call for each job that may go. Jobs are stored in order of acceptance, so old ones stand
/// first; the next call goes on where this one ended, past jobs that stay, until it meets the young ones.
const SCAN: usize = 10;

/// Removes up to `limit` terminal jobs that finished before `before`; dead letters stay.
pub(crate) fn prune(
    session: &mut Session<'_, '_>,
    before: Timestamp,
    limit: usize,
) -> DbResult<usize> {
    let expendable = expendable(session, before, limit)?;
    let mut counts: BTreeMap<(String, String, i64), u64> = BTreeMap::new();
    for old in &expendable {
        remove(session, old)?;
        *counts
            .entry((old.job_type.clone(), old.queue.clone(), old.status as i64))
            .or_default() += 1;
    }
    for ((job_type, queue, status), count) in counts {
        let detail = PrunedDetail {
            job_type,
            queue,
            status,
            count,
            before: before.as_micros(),
        };
        let status = JobStatus::ALL[usize::try_from(status).expect("made from a status")];
        session.append_pruned(&detail, status)?;
    }
    Ok(expendable.len())
}

struct Expendable {
    job: i64,
    job_type: String,
    queue: String,
    status: JobStatus,
    last_seq: i64,
}

fn expendable(
    session: &mut Session<'_, '_>,
    before: Timestamp,
    limit: usize,
) -> DbResult<Vec<Expendable>> {
    let mut found = Vec::new();
    let mut seen_to = None;
    let values = params![session.pruned_to(), before.as_micros(), limit * SCAN];
    session.each(
        "SELECT job, type, queue, status, last_seq, status >= 5 AND finished_at < ?2 AND parked IS NULL, \
         created_at >= ?2 FROM jobs WHERE job > ?1 ORDER BY job LIMIT ?3",
        values,
        |row| {
            let is_young: bool = row.get(6)?;
            if is_young {
                seen_to = None;
                return Ok(ControlFlow::Break(()));
            }
            let job: i64 = row.get(0)?;
            seen_to = Some(job);
            if row.get(5)? {
                found.push(Expendable {
                    job,
                    job_type: row.get(1)?,
                    queue: row.get(2)?,
                    status: get_status(row, 3)?,
                    last_seq: row.get(4)?,
                });
            }
            let is_full = found.len() >= limit;
            Ok(if is_full { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        },
    )?;
    session.set_pruned_to(seen_to.unwrap_or(0));
    Ok(found)
}

fn remove(session: &Session<'_, '_>, old: &Expendable) -> DbResult<()> {
    let mut seq = Some(old.last_seq);
    while let Some(at) = seq {
        seq = session
            .find(
                "DELETE FROM job_events WHERE seq = ?1 RETURNING prev",
                params![at],
                |row| row.get(0),
            )?
            .flatten();
    }
    for sql in [
        "DELETE FROM unsuccessful WHERE status IN (6, 7) AND job = ?1",
        "DELETE FROM job_logs WHERE job = ?1",
        "DELETE FROM job_attempts WHERE job = ?1",
        "DELETE FROM job_tags WHERE job = ?1 AND tag IN \
         (SELECT value FROM json_each((SELECT tags FROM job_specs WHERE job = ?1)))",
        "DELETE FROM job_specs WHERE job = ?1",
        "DELETE FROM jobs WHERE job = ?1",
    ] {
        session.change(sql, params![old.job])?;
    }
    Ok(())
}
