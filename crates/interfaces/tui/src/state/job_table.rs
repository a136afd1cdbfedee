use std::cmp::{Ordering, Reverse};
use std::collections::HashMap;

use odd_contracts::{EventEnvelope, Job, JobId};

use crate::data::JobRow;

/// Largest number of jobs that are loaded.
pub(crate) const JOB_LIMIT: usize = 10_000;

/// A column by which jobs can be sorted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum SortKey {
    #[default]
    Created,
    Status,
    Type,
    Queue,
    Attempts,
    RunTime,
}

impl SortKey {
    const ALL: [Self; 6] = [
        Self::Created,
        Self::Status,
        Self::Type,
        Self::Queue,
        Self::Attempts,
        Self::RunTime,
    ];

    pub(crate) fn next(self) -> Self {
        Self::ALL[(self as usize + 1) % Self::ALL.len()]
    }

    /// Returns the name of the column.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Created => "AGE",
            Self::Status => "STATUS",
            Self::Type => "TYPE",
            Self::Queue => "QUEUE",
            Self::Attempts => "TRY",
            Self::RunTime => "RAN",
        }
    }

    fn compare(self, one: &JobRow, other: &JobRow) -> Ordering {
        let newest_first = || other.created_at.cmp(&one.created_at);
        match self {
            Self::Created => newest_first(),
            Self::Status => (one.status as u8).cmp(&(other.status as u8)),
            Self::Type => one.job_type.cmp(&other.job_type),
            Self::Queue => one.queue.cmp(&other.queue),
            Self::Attempts => other.attempt.cmp(&one.attempt),
            Self::RunTime => other.finished_run_time().cmp(&one.finished_run_time()),
        }
        .then_with(newest_first)
    }
}

/// The loaded jobs, in the order in which they are shown.
#[derive(Debug, Default)]
pub(crate) struct JobTable {
    rows: Vec<JobRow>,
    index: HashMap<JobId, usize>,
    /// Where the server continues after the last loaded job; `None` at the end.
    pub(crate) next_cursor: Option<String>,
    /// Whether the first page has arrived.
    is_searched: bool,
}

impl JobTable {
    pub(crate) fn rows(&self) -> &[JobRow] {
        &self.rows
    }

    pub(crate) fn position(&self, id: JobId) -> Option<usize> {
        self.index.get(&id).copied()
    }

    /// Applies an event to the row of its job. Returns whether a row has changed.
    pub(crate) fn apply(&mut self, event: &EventEnvelope) -> bool {
        let position = self.position(event.payload.job_id);
        position.is_some_and(|position| self.rows[position].apply(event))
    }

    /// Replaces the newest jobs by a page that was loaded again. Older ones are kept where the page reaches them: otherwise
    /// jobs between them would be missing.
    pub(crate) fn refresh(&mut self, page: &[Job], next_cursor: Option<String>) {
        let Some(oldest) = page.last().map(|job| (job.created_at, job.id)) else {
            // The server has searched a part of its jobs and found none. What was found further on is kept, and so is how far
            // the search has come.
            if next_cursor.is_none() {
                *self = Self::default();
            } else if !self.is_searched {
                self.next_cursor = next_cursor;
            }
            self.is_searched = true;
            return;
        };
        self.is_searched = true;
        let reaches_known = page.iter().any(|job| self.index.contains_key(&job.id));
        let keeps_older = next_cursor.is_some() && reaches_known;
        self.rows
            .retain(|row| keeps_older && (row.created_at, row.id) < oldest);
        if self.rows.is_empty() {
            self.next_cursor = next_cursor;
        }
        self.rows.splice(0..0, page.iter().map(JobRow::from));
        if self.rows.len() > JOB_LIMIT {
            self.rows
                .sort_unstable_by_key(|row| Reverse((row.created_at, row.id)));
            self.rows.truncate(JOB_LIMIT);
            self.next_cursor = None;
        }
        self.rebuild_index();
    }

    /// Adds the page after the last loaded job.
    pub(crate) fn append(&mut self, page: &[Job], next_cursor: Option<String>) {
        for job in page {
            if !self.index.contains_key(&job.id) {
                self.index.insert(job.id, self.rows.len());
                self.rows.push(JobRow::from(job));
            }
        }
        self.next_cursor = next_cursor.filter(|_| self.rows.len() < JOB_LIMIT);
    }

    /// Updates the rows of a page that are shown already. Returns how many jobs of the page are not.
    pub(crate) fn update_known(&mut self, page: &[Job]) -> usize {
        let mut unknown = 0;
        for job in page {
            match self.position(job.id) {
                Some(position) => self.rows[position] = JobRow::from(job),
                None => unknown += 1,
            }
        }
        unknown
    }

    pub(crate) fn sort(&mut self, key: SortKey, is_reversed: bool) {
        match is_reversed {
            false => self.rows.sort_by(|one, other| key.compare(one, other)),
            true => self.rows.sort_by(|one, other| key.compare(other, one)),
        }
        self.rebuild_index();
    }

    fn rebuild_index(&mut self) {
        self.index.clear();
        let positions = self.rows.iter().enumerate();
        self.index
            .extend(positions.map(|(position, row)| (row.id, position)));
    }
}

#[cfg(test)]
mod tests;
