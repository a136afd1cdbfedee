//! Ranges: jobs with consecutive numbers to which the same happens in one transaction, written as one.

use odd_contracts::{JobStatus, JobType, QueueName, Timestamp};
use rusqlite::params;

use super::row::JobRow;
use super::session::Session;
use super::{DbResult, expect_rows};
use crate::codec::status_column;

/// Jobs that became ready together: a row of the table `ready`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ReadyRange {
    pub(super) job_type: JobType,
    pub(super) queue: QueueName,
    pub(super) priority: i32,
    pub(super) ready_at: Timestamp,
    pub(super) first: i64,
    pub(super) last: i64,
}

impl ReadyRange {
    /// How many jobs.
    pub(super) fn len(&self) -> usize {
        usize::try_from(self.last - self.first + 1).unwrap_or(0)
    }

    /// Takes `next` in, when it goes on where this range ends.
    pub(super) fn extend(&mut self, next: &Self) -> bool {
        let goes_on = next.first == self.last + 1
            && next.ready_at == self.ready_at
            && next.priority == self.priority
            && next.job_type == self.job_type
            && next.queue == self.queue;
        if goes_on {
            self.last = next.last;
        }
        goes_on
    }

    pub(super) fn insert(&self, session: &Session<'_, '_>) -> DbResult<()> {
        session
            .change(
                "INSERT INTO ready (type, rank, ready_at, first, last, queue) VALUES (?1, ?2, ?3, ?4, ?5, ?6)",
                params![
                    self.job_type.as_str(),
                    -self.priority,
                    self.ready_at.as_micros(),
                    self.first,
                    self.last,
                    self.queue.as_str(),
                ],
            )
            .map(drop)
    }

    pub(super) fn delete(&self, session: &Session<'_, '_>) -> DbResult<()> {
        let deleted = session.change(
            "DELETE FROM ready WHERE type = ?1 AND rank = ?2 AND ready_at = ?3 AND first = ?4",
            params![
                self.job_type.as_str(),
                -self.priority,
                self.ready_at.as_micros(),
                self.first
            ],
        );
        expect_rows(deleted?, 1)
    }

    /// Takes the job `job` out of the row of `ready` that holds it; what stands before and after it stays.
    /// `self` says where to look.
    pub(super) fn take_out(mut self, session: &Session<'_, '_>, job: i64) -> DbResult<()> {
        let found = session.find(
            "SELECT first, last FROM ready WHERE type = ?1 AND rank = ?2 AND ready_at = ?3 AND first <= ?4 \
             ORDER BY first DESC LIMIT 1",
            params![
                self.job_type.as_str(),
                -self.priority,
                self.ready_at.as_micros(),
                job
            ],
            |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?)),
        )?;
        let (first, last) = found
            .filter(|(_, last)| *last >= job)
            .ok_or(rusqlite::Error::QueryReturnedNoRows)?;
        self.first = first;
        self.delete(session)?;
        for (first, last) in [(first, job - 1), (job + 1, last)] {
            if first <= last {
                (self.first, self.last) = (first, last);
                self.insert(session)?;
            }
        }
        Ok(())
    }
}

/// Jobs that completed in their first attempt and had begun it together.
#[derive(Debug, Clone, Copy)]
pub(super) struct CompletedRange {
    first: i64,
    last: i64,
    version: u32,
    /// What to add to a job's number to get its last event.
    seq_offset: i64,
    started_at: Option<Timestamp>,
}

impl CompletedRange {
    pub(super) fn of(row: &JobRow) -> Self {
        Self {
            first: row.job,
            last: row.job,
            version: row.version,
            seq_offset: row.last_seq - row.job,
            started_at: row.started_at,
        }
    }

    /// Takes `next` in, when it goes on where this range ends.
    pub(super) fn extend(&mut self, next: &Self) -> bool {
        let goes_on = next.first == self.last + 1
            && next.version == self.version
            && next.seq_offset == self.seq_offset
            && next.started_at == self.started_at;
        if goes_on {
            self.last = next.last;
        }
        goes_on
    }

    pub(super) fn save(&self, session: &Session<'_, '_>) -> DbResult<()> {
        let written = session.change(
            "UPDATE OR FAIL jobs SET status = ?3, version = ?4, last_seq = job + ?5, attempt = 1, attempt_limit = 0, \
             updated_at = ?6, due_at = 0, started_at = ?7 WHERE job BETWEEN ?1 AND ?2",
            params![
                self.first,
                self.last,
                status_column(JobStatus::Completed),
                self.version,
                self.seq_offset,
                session.now().as_micros(),
                self.started_at.map(Timestamp::as_micros),
            ],
        )?;
        expect_rows(
            written,
            usize::try_from(self.last - self.first + 1).unwrap_or(0),
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ready(first: i64, last: i64, queue: &str, at: i64) -> ReadyRange {
        ReadyRange {
            job_type: "work".parse().expect("a type"),
            queue: queue.parse().expect("a queue"),
            priority: 0,
            ready_at: Timestamp::from_micros(at),
            first,
            last,
        }
    }

    #[test]
    fn a_range_takes_in_what_goes_on_where_it_ends() {
        let mut range = ready(5, 6, "q", 1);
        assert!(range.extend(&ready(7, 9, "q", 1)));
        assert_eq!((range.first, range.last, range.len()), (5, 9, 5));
        for other in [
            ready(11, 11, "q", 1),
            ready(9, 9, "q", 1),
            ready(4, 4, "q", 1),
            ready(10, 10, "other", 1),
            ready(10, 10, "q", 2),
        ] {
            assert!(!range.extend(&other), "{other:?}");
        }
    }

    #[test]
    fn completions_are_one_as_long_as_their_numbers_run_alike() {
        let completed = |job, last_seq| CompletedRange {
            first: job,
            last: job,
            version: 4,
            seq_offset: last_seq - job,
            started_at: Some(Timestamp::from_micros(1)),
        };
        let mut range = completed(5, 50);
        assert!(range.extend(&completed(6, 51)));
        assert!(!range.extend(&completed(7, 53)), "an event stands between");
        assert!(!range.extend(&completed(8, 53)), "a job is missing");
        let later = CompletedRange {
            started_at: Some(Timestamp::from_micros(2)),
            ..completed(7, 52)
        };
        assert!(!range.extend(&later), "it began at another time");
        assert!(range.extend(&completed(7, 52)));
    }
}
