use std::collections::BTreeMap;
use std::ops::ControlFlow;

use odd_contracts::{JobStatus, JobType, QueueName, Timestamp};
use odd_core::ports::LogEntry;
use rusqlite::params;
use serde_json::value::RawValue;

use super::session::Session;
use crate::codec::{PrunedDetail, get_name, get_status, status_code, status_column, to_json};
use crate::error::DbResult;
use crate::segment::{Entry, index_of};

/// Rows that one call reads for each job that it may remove. Rows are in order of acceptance, so old jobs come first. The
/// next call continues where this one ended, after jobs that stay, until it reads a job younger than the retention. A job that
/// was submitted while the clock was ahead is no such job.
const SCAN: usize = 10;

/// Removes up to `limit` terminal jobs that finished before `before`, with their events. Dead letters stay. Nothing is removed
/// while the wall clock is not trusted.
pub(crate) fn prune(
    session: &mut Session<'_, '_>,
    before: Timestamp,
    limit: usize,
) -> DbResult<usize> {
    if !session.state.clock.is_trusted() {
        return Ok(0);
    }
    session.flush_events()?;
    let prunable = find_prunable(session, before, limit)?;
    let mut holes = Holes::default();
    let mut counts: BTreeMap<(JobType, QueueName, JobStatus), u64> = BTreeMap::new();
    let count = prunable.len();
    for job in prunable {
        holes.remove_history(session, job.last_seq)?;
        remove(session, job.job)?;
        *counts
            .entry((job.job_type, job.queue, job.status))
            .or_default() += 1;
    }
    holes.save(session)?;
    session.execute(
        "UPDATE removed_jobs SET count = count + ?1",
        params![i64::try_from(count).unwrap_or(i64::MAX)],
    )?;
    for ((job_type, queue, status), count) in counts {
        let detail = PrunedDetail {
            job_type: job_type.as_str().to_owned(),
            queue: queue.as_str().to_owned(),
            status: status_code(status),
            count,
            before: before.as_micros(),
        };
        let entry = LogEntry::Pruned {
            job_type,
            queue,
            status,
            count,
            before,
        };
        session.append_pruned(&detail, entry)?;
    }
    Ok(count)
}

/// A job that may be removed.
struct Prunable {
    job: i64,
    job_type: JobType,
    queue: QueueName,
    status: JobStatus,
    last_seq: i64,
}

fn find_prunable(
    session: &mut Session<'_, '_>,
    before: Timestamp,
    limit: usize,
) -> DbResult<Vec<Prunable>> {
    let mut found = Vec::new();
    let mut read_to = None;
    let mut read = 0;
    let pruned_to = session.state.pruned_to;
    let values = params![
        pruned_to,
        before.as_micros(),
        limit * SCAN,
        status_column(JobStatus::Completed),
        session.now().as_micros()
    ];
    session.each(
        "SELECT job, type, queue, status, last_seq, status >= ?4 AND updated_at < ?2 AND coalesce(state ->> '$.parked', 0) = 0, \
         created_at BETWEEN ?2 AND ?5 FROM jobs WHERE job > ?1 ORDER BY job LIMIT ?3",
        values,
        |row| {
            let is_young: bool = row.get(6)?;
            if is_young {
                read_to = None;
                return Ok(ControlFlow::Break(()));
            }
            read += 1;
            let job: i64 = row.get(0)?;
            read_to = Some(job);
            if row.get(5)? {
                found.push(Prunable {
                    job,
                    job_type: get_name(row, 1)?,
                    queue: get_name(row, 2)?,
                    status: get_status(row, 3)?,
                    last_seq: row.get(4)?,
                });
            }
            let is_full = found.len() >= limit;
            Ok(if is_full { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
        },
    )?;
    // At the end of the table, the next call starts from its beginning.
    let has_more = read == limit * SCAN || found.len() == limit;
    session.state.pruned_to = read_to.filter(|_| has_more).unwrap_or(0);
    Ok(found)
}

fn remove(session: &mut Session<'_, '_>, job: i64) -> DbResult<()> {
    for sql in [
        "DELETE FROM unsuccessful WHERE status IN (8, 9) AND job = ?1", // FAILED, CANCELLED
        "DELETE FROM job_logs WHERE job = ?1",
        "DELETE FROM job_attempts WHERE job = ?1",
        "DELETE FROM job_tags WHERE job = ?1 AND tag IN \
         (SELECT value FROM json_each((SELECT options FROM jobs WHERE job = ?1), '$.tags'))",
        "DELETE FROM idempotency_keys WHERE idempotency_key = \
         (SELECT options ->> '$.idempotency_key' FROM jobs WHERE job = ?1) AND job = ?1",
        "DELETE FROM shared_keys WHERE job = ?1",
        "DELETE FROM job_payloads WHERE job = ?1",
        "DELETE FROM jobs WHERE job = ?1",
    ] {
        session.execute(sql, params![job])?;
    }
    Ok(())
}

/// Segments that lose events: their remaining events, by the sequence number of the segment's last event.
#[derive(Default)]
struct Holes(BTreeMap<i64, Vec<Option<Box<RawValue>>>>);

impl Holes {
    /// Removes the event `last_seq` and all earlier events of its job.
    fn remove_history(&mut self, session: &mut Session<'_, '_>, last_seq: i64) -> DbResult<()> {
        let mut next = Some(last_seq);
        while let Some(seq) = next {
            let Some(event) = self.take(session, seq)? else {
                tracing::warn!(seq, "an event of a pruned job is missing");
                return Ok(());
            };
            let entry: Entry<'_> = serde_json::from_str(event.get())?;
            next = entry.prev;
        }
        Ok(())
    }

    fn take(&mut self, session: &mut Session<'_, '_>, seq: i64) -> DbResult<Option<Box<RawValue>>> {
        let known = self.0.range(seq..).next().map(|(last, _)| *last);
        // Segments are consecutive: the first one that ends at `seq` or later contains it.
        let found = session
            .find(
                "SELECT last_seq, events FROM event_segments WHERE last_seq >= ?1 ORDER BY last_seq LIMIT 1",
                params![seq],
                |row| {
                    let last: i64 = row.get(0)?;
                    let is_known = known == Some(last);
                    Ok((last, if is_known { None } else { Some(row.get::<_, String>(1)?) }))
                },
            )?;
        let Some((last, text)) = found else {
            return Ok(None);
        };
        if let Some(text) = text {
            self.0.insert(last, serde_json::from_str(&text)?);
        }
        let events = self.0.entry(last).or_default();
        Ok(index_of(seq, last, events.len()).and_then(|index| events[index].take()))
    }

    /// Writes the remaining events, and deletes segments without events.
    fn save(self, session: &mut Session<'_, '_>) -> DbResult<()> {
        for (last_seq, events) in self.0 {
            if events.iter().any(Option::is_some) {
                session.execute(
                    "UPDATE event_segments SET events = ?2 WHERE last_seq = ?1",
                    params![last_seq, to_json(&events)],
                )?;
            } else {
                session.execute(
                    "DELETE FROM event_segments WHERE last_seq = ?1",
                    params![last_seq],
                )?;
            }
        }
        Ok(())
    }
}
