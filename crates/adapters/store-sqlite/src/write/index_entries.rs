//! The entries of jobs in the index of their status, and their unique keys.

use odd_contracts::Timestamp;

use super::ranges::ReadyRange;
use super::session::Session;
use super::tables;
use crate::error::DbResult;
use crate::row::{JobRow, StatusIndex};

impl Session<'_, '_> {
    /// Inserts the index entry of the job's current state.
    pub(super) fn insert_index(&mut self, row: &JobRow) -> DbResult<()> {
        if let StatusIndex::Delayed { run_at } = row.status_index() {
            self.note_due(run_at);
        }
        self.buffer.insert_index(&self.tx, row)
    }

    /// Removes the index entry of the job's current state, before it changes.
    pub(super) fn delete_index(&mut self, row: &JobRow) -> DbResult<()> {
        self.buffer.delete_index(&self.tx, row)
    }

    /// Updates the hint for a job that is due at `at`.
    fn note_due(&mut self, at: Timestamp) {
        let next_due = &mut self.state.hint.next_due;
        *next_due = Some(next_due.map_or(at, |earlier| earlier.min(at)));
    }

    /// Adds jobs to the index of ready jobs.
    pub(super) fn insert_ready(&mut self, range: ReadyRange) -> DbResult<()> {
        self.buffer.insert_ready(&self.tx, range)
    }

    /// Removes a whole row from the index of ready jobs.
    pub(super) fn delete_ready(&mut self, range: &ReadyRange) -> DbResult<()> {
        tables::delete_ready(&self.tx, range)
    }

    /// Adds a job to the index of delayed jobs.
    pub(super) fn insert_delayed(&mut self, run_at: Timestamp, job: i64) -> DbResult<()> {
        self.note_due(run_at);
        tables::insert_delayed(&self.tx, run_at, job)
    }

    /// Moves a job in the index of delayed jobs.
    pub(super) fn move_delayed(
        &mut self,
        job: i64,
        from: Timestamp,
        to: Timestamp,
    ) -> DbResult<()> {
        tables::delete_delayed(&self.tx, from, job)?;
        tables::update_due_at(&self.tx, job, to)?;
        self.insert_delayed(to, job)
    }

    /// Removes and returns the jobs that became ready in this transaction and are not written yet, if no other job is
    /// ready.
    pub(super) fn take_only_ready(&mut self) -> DbResult<Option<ReadyRange>> {
        self.buffer.take_only_ready(&self.tx)
    }

    /// Lets a job that is unfinished again carry its unique key, which no other job has.
    pub(super) fn restore_unique_key(&mut self, row: &JobRow) -> DbResult<()> {
        tables::restore_unique_key(&self.tx, row)
    }
}
