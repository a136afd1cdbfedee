use std::collections::BTreeMap;
use std::ops::ControlFlow;

use odd_contracts::{JobStatus, Timestamp};
use rusqlite::params;
use serde_json::value::RawValue;

use super::DbResult;
use super::session::Session;
use crate::codec::{PrunedDetail, get_status, status_column, to_json, unreadable};
use crate::segment::{Entry, index_of};

/// Rows looked at in one call for each job that may go. Jobs are stored in order of acceptance, so old ones stand
/// first; the next call goes on where this one ended, past jobs that stay, until it meets the young ones.
const SCAN: usize = 10;

/// Removes up to `limit` terminal jobs that finished before `before`; dead letters stay.
pub(crate) fn prune(
    session: &mut Session<'_, '_>,
    before: Timestamp,
    limit: usize,
) -> DbResult<usize> {
    session.flush_events()?;
    let expendable = expendable(session, before, limit)?;
    let mut events = Holes::default();
    let mut counts: BTreeMap<(String, String, i64), u64> = BTreeMap::new();
    for old in &expendable {
        events.remove_history(session, old.last_seq)?;
        remove(session, old)?;
        *counts
            .entry((old.job_type.clone(), old.queue.clone(), old.status as i64))
            .or_default() += 1;
    }
    events.save(session)?;
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
    let mut seen = 0;
    let values = params![
        session.pruned_to(),
        before.as_micros(),
        limit * SCAN,
        status_column(JobStatus::Completed)
    ];
    session.each(
        "SELECT job, type, queue, status, last_seq, status >= ?4 AND updated_at < ?2 AND coalesce(state ->> '$.parked', 0) = 0, \
         created_at >= ?2 FROM jobs WHERE job > ?1 ORDER BY job LIMIT ?3",
        values,
        |row| {
            let is_young: bool = row.get(6)?;
            if is_young {
                seen_to = None;
                return Ok(ControlFlow::Break(()));
            }
            seen += 1;
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
    // At the end of the table it begins anew as well.
    let has_more = seen == limit * SCAN || found.len() == limit;
    session.set_pruned_to(seen_to.filter(|_| has_more).unwrap_or(0));
    Ok(found)
}

fn remove(session: &Session<'_, '_>, old: &Expendable) -> DbResult<()> {
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
        session.change(sql, params![old.job])?;
    }
    Ok(())
}

/// Segments that lose events, by their last event: what is left of each.
#[derive(Default)]
struct Holes(BTreeMap<i64, Vec<Option<Box<RawValue>>>>);

impl Holes {
    /// Takes out the event `last_seq` and, along their chain, those of the same job before it.
    fn remove_history(&mut self, session: &Session<'_, '_>, last_seq: i64) -> DbResult<()> {
        let mut next = Some(last_seq);
        while let Some(seq) = next {
            let Some(event) = self.take(session, seq)? else {
                tracing::warn!(seq, "an event of a pruned job was missing");
                return Ok(());
            };
            let entry: Entry<'_> = serde_json::from_str(event.get()).map_err(unreadable)?;
            next = entry.prev;
        }
        Ok(())
    }

    fn take(&mut self, session: &Session<'_, '_>, seq: i64) -> DbResult<Option<Box<RawValue>>> {
        let known = self.0.range(seq..).next().map(|(last, _)| *last);
        // Segments follow one another, so the first one that ends at `seq` or later holds it.
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
            self.0
                .insert(last, serde_json::from_str(&text).map_err(unreadable)?);
        }
        let events = self.0.entry(last).or_default();
        Ok(index_of(seq, last, events.len()).and_then(|index| events[index].take()))
    }

    /// Writes back what is left; a segment without events goes.
    fn save(self, session: &Session<'_, '_>) -> DbResult<()> {
        for (last_seq, events) in self.0 {
            if events.iter().any(Option::is_some) {
                session.change(
                    "UPDATE event_segments SET events = ?2 WHERE last_seq = ?1",
                    params![last_seq, to_json(&events)],
                )?;
            } else {
                session.change(
                    "DELETE FROM event_segments WHERE last_seq = ?1",
                    params![last_seq],
                )?;
            }
        }
        Ok(())
    }
}
