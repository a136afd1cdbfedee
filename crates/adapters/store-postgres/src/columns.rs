//! The parameters of a change set's statements, column by column.

use crate::codec::{At, JsonText, signed};
use crate::row::{AttemptRow, CompletedRow, JobRow};
use crate::transaction::Param;

/// Whatever can change of a job, for `SAVE`.
#[derive(Default)]
pub(crate) struct SavedColumns<'a> {
    job: Vec<i64>,
    status: Vec<&'static str>,
    version: Vec<i32>,
    attempt_limit: Vec<i32>,
    run: Vec<i32>,
    due_at: Vec<At>,
    is_finished: Vec<bool>,
    unique_key: Vec<Option<&'a str>>,
    cancel_requested: Vec<bool>,
    parked: Vec<bool>,
    error: Vec<Option<JsonText>>,
    progress: Vec<Option<JsonText>>,
}

impl<'a> SavedColumns<'a> {
    pub(crate) fn of(rows: &'a [JobRow]) -> Self {
        let mut columns = Self::default();
        for row in rows {
            columns.job.push(row.job);
            columns.status.push(row.status.as_str());
            columns.version.push(signed(row.version));
            columns.attempt_limit.push(signed(row.attempt_limit));
            columns.run.push(signed(row.run));
            columns.due_at.push(At(row.due_at));
            columns.is_finished.push(row.status.is_terminal());
            columns.unique_key.push(row.unique_key.as_deref());
            columns.cancel_requested.push(row.cancel_requested);
            columns.parked.push(row.parked);
            columns.error.push(row.error.as_ref().map(JsonText::of));
            columns
                .progress
                .push(row.progress.as_ref().map(JsonText::of));
        }
        columns
    }

    pub(crate) fn params<'p>(&'p self, now: &'p At) -> [Param<'p>; 13] {
        [
            now,
            &self.job,
            &self.status,
            &self.version,
            &self.attempt_limit,
            &self.run,
            &self.due_at,
            &self.is_finished,
            &self.unique_key,
            &self.cancel_requested,
            &self.parked,
            &self.error,
            &self.progress,
        ]
    }

    /// For `INSERT_JOB_COMMITS`.
    pub(crate) fn jobs(&self) -> [Param<'_>; 1] {
        [&self.job]
    }
}

/// Jobs that succeeded, for `COMPLETE`.
#[derive(Default)]
pub(crate) struct CompletedColumns<'a> {
    job: Vec<i64>,
    result: Vec<Option<&'a str>>,
}

impl<'a> CompletedColumns<'a> {
    pub(crate) fn of(rows: &'a [CompletedRow]) -> Self {
        let result = |row: &'a CompletedRow| row.result.as_ref().map(|json| json.get());
        Self {
            job: rows.iter().map(|row| row.job).collect(),
            result: rows.iter().map(result).collect(),
        }
    }

    pub(crate) fn params<'p>(&'p self, now: &'p At) -> [Param<'p>; 3] {
        [now, &self.job, &self.result]
    }
}

/// Attempts that are over, for `INSERT_ATTEMPTS`.
#[derive(Default)]
pub(crate) struct AttemptColumns<'a> {
    job: Vec<i64>,
    attempt: Vec<i32>,
    run: Vec<i32>,
    worker_id: Vec<&'a str>,
    outcome: Vec<&'static str>,
    started_at: Vec<At>,
    error: Vec<Option<JsonText>>,
}

impl<'a> AttemptColumns<'a> {
    pub(crate) fn of(rows: &'a [AttemptRow]) -> Self {
        let mut columns = Self::default();
        for row in rows {
            columns.job.push(row.job);
            columns.attempt.push(signed(row.attempt));
            columns.run.push(signed(row.run));
            columns.worker_id.push(&row.worker_id);
            columns.outcome.push(row.outcome.as_str());
            columns.started_at.push(At(row.started_at));
            columns.error.push(row.error.as_ref().map(JsonText::of));
        }
        columns
    }

    pub(crate) fn params<'p>(&'p self, now: &'p At) -> [Param<'p>; 8] {
        [
            now,
            &self.job,
            &self.attempt,
            &self.run,
            &self.worker_id,
            &self.outcome,
            &self.started_at,
            &self.error,
        ]
    }
}
