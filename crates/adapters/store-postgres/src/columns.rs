//! The parameters of a change set's statements, column by column.

use crate::codec::{JsonText, SqlTimestamp, signed, signed_fingerprint};
use crate::row::{AttemptRow, CompletedRow, JobRow};
use crate::transaction::Param;

/// Every column of a job that can change, for `SAVE`.
#[derive(Default)]
pub(crate) struct SavedColumns<'a> {
    job: Vec<i64>,
    status: Vec<&'static str>,
    version: Vec<i32>,
    attempt_limit: Vec<i32>,
    run: Vec<i32>,
    due_at: Vec<SqlTimestamp>,
    is_finished: Vec<bool>,
    unique_key: Vec<Option<&'a str>>,
    cancel_requested: Vec<bool>,
    dead_lettered: Vec<bool>,
    error: Vec<Option<JsonText>>,
    progress: Vec<Option<JsonText>>,
    fingerprint: Vec<Option<i64>>,
}

impl<'a> SavedColumns<'a> {
    pub(crate) fn of(rows: &'a [JobRow]) -> Self {
        let mut columns = Self::default();
        for row in rows {
            let state = &row.state;
            columns.job.push(row.job);
            columns.status.push(state.status.as_str());
            columns.version.push(signed(state.version));
            columns.attempt_limit.push(signed(state.attempt_limit));
            columns.run.push(signed(state.run));
            columns.due_at.push(SqlTimestamp(state.due_at));
            columns.is_finished.push(state.status.is_terminal());
            columns.unique_key.push(row.unique_key.as_deref());
            columns.cancel_requested.push(state.cancel_requested);
            columns.dead_lettered.push(state.dead_lettered);
            columns.error.push(state.error.as_ref().map(JsonText::of));
            columns
                .progress
                .push(state.progress.as_ref().map(JsonText::of));
            columns
                .fingerprint
                .push(row.failure_fingerprint().map(signed_fingerprint));
        }
        columns
    }

    pub(crate) fn params<'p>(&'p self, now: &'p SqlTimestamp) -> [Param<'p>; 14] {
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
            &self.dead_lettered,
            &self.error,
            &self.progress,
            &self.fingerprint,
        ]
    }

    /// The parameters of `INSERT_JOB_COMMITS`.
    pub(crate) fn jobs(&self) -> [Param<'_>; 1] {
        [&self.job]
    }
}

/// Completed jobs, for `COMPLETE`.
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

    pub(crate) fn params<'p>(&'p self, now: &'p SqlTimestamp) -> [Param<'p>; 3] {
        [now, &self.job, &self.result]
    }
}

/// Unsuccessful attempts, for `INSERT_ATTEMPTS`.
#[derive(Default)]
pub(crate) struct AttemptColumns<'a> {
    job: Vec<i64>,
    attempt: Vec<i32>,
    run: Vec<i32>,
    worker_id: Vec<&'a str>,
    outcome: Vec<&'static str>,
    started_at: Vec<SqlTimestamp>,
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
            columns.started_at.push(SqlTimestamp(row.started_at));
            columns.error.push(row.error.as_ref().map(JsonText::of));
        }
        columns
    }

    pub(crate) fn params<'p>(&'p self, now: &'p SqlTimestamp) -> [Param<'p>; 8] {
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
