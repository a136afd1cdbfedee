//! Ranges: jobs with consecutive numbers that change in the same way in one transaction, and are written as one row or
//! by one statement.

use odd_contracts::{JobType, QueueName, Timestamp};

use crate::row::JobRow;

/// Jobs that became ready together: a row of the table `ready`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ReadyRange {
    pub(super) job_type: JobType,
    pub(super) queue: QueueName,
    pub(super) priority: i32,
    pub(super) ready_at: Timestamp,
    /// Number of the first job.
    pub(super) first: i64,
    /// Number of the last job.
    pub(super) last: i64,
}

impl ReadyRange {
    /// Returns the range that contains the job of `row` alone.
    pub(super) fn of(row: &JobRow, ready_at: Timestamp) -> Self {
        Self {
            job_type: row.job_type.clone(),
            queue: row.queue.clone(),
            priority: row.priority,
            ready_at,
            first: row.job,
            last: row.job,
        }
    }

    /// Returns the number of jobs.
    pub(super) fn len(&self) -> usize {
        usize::try_from(self.last - self.first + 1).unwrap_or(0)
    }

    /// Adds the jobs of `next` if it continues this range. Returns whether it does.
    pub(super) fn extend(&mut self, next: &Self) -> bool {
        let continues = next.first == self.last + 1
            && next.ready_at == self.ready_at
            && next.priority == self.priority
            && next.job_type == self.job_type
            && next.queue == self.queue;
        if continues {
            self.last = next.last;
        }
        continues
    }
}

/// Jobs that started together and completed together in a plain first attempt.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct CompletedRange {
    pub(super) first: i64,
    pub(super) last: i64,
    pub(super) version: u32,
    /// The number of a job plus this is the sequence number of its last event.
    pub(super) seq_offset: i64,
    pub(super) started_at: Option<Timestamp>,
}

impl CompletedRange {
    /// Returns the range that contains the job of `row` alone.
    pub(super) fn of(row: &JobRow) -> Self {
        Self {
            first: row.job,
            last: row.job,
            version: row.state.version,
            seq_offset: row.last_seq - row.job,
            started_at: row.state.started_at,
        }
    }

    /// Returns the number of jobs.
    pub(super) fn len(&self) -> usize {
        usize::try_from(self.last - self.first + 1).unwrap_or(0)
    }

    /// Adds the jobs of `next` if it continues this range. Returns whether it does.
    pub(super) fn extend(&mut self, next: &Self) -> bool {
        let continues = next.first == self.last + 1
            && next.version == self.version
            && next.seq_offset == self.seq_offset
            && next.started_at == self.started_at;
        if continues {
            self.last = next.last;
        }
        continues
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
    fn a_ready_range_is_extended_by_the_range_that_continues_it() {
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
    fn a_completed_range_is_extended_while_jobs_and_events_are_consecutive() {
        let completed = |job, last_seq| CompletedRange {
            first: job,
            last: job,
            version: 4,
            seq_offset: last_seq - job,
            started_at: Some(Timestamp::from_micros(1)),
        };
        let mut range = completed(5, 50);
        assert!(range.extend(&completed(6, 51)));
        assert!(!range.extend(&completed(7, 53)), "another event is between");
        assert!(!range.extend(&completed(8, 53)), "a job is missing");
        let later = CompletedRange {
            started_at: Some(Timestamp::from_micros(2)),
            ..completed(7, 52)
        };
        assert!(!range.extend(&later), "it started at another time");
        assert!(range.extend(&completed(7, 52)));
        assert_eq!(range.len(), 3);
    }
}
