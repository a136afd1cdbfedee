use std::ops::ControlFlow;

use rusqlite::{OptionalExtension, Params, Row, Statement};

use super::prepared::PreparedStatements;
use crate::error::DbResult;

/// A transaction of the writer: plain SQL, without knowledge of jobs.
#[derive(Clone, Copy)]
pub(super) struct Transaction<'a, 'c> {
    statements: &'a PreparedStatements<'c>,
}

impl<'a, 'c> Transaction<'a, 'c> {
    pub(super) fn new(statements: &'a PreparedStatements<'c>) -> Self {
        Self { statements }
    }

    pub(super) fn begin(&self) -> DbResult<()> {
        self.execute("BEGIN IMMEDIATE", []).map(drop)
    }

    pub(super) fn commit(&self) -> DbResult<()> {
        self.execute("COMMIT", []).map(drop)
    }

    /// Sets the point that [`Self::roll_back_to_savepoint`] returns to.
    pub(super) fn set_savepoint(&self) -> DbResult<()> {
        self.execute("SAVEPOINT step", []).map(drop)
    }

    pub(super) fn roll_back_to_savepoint(&self) -> DbResult<()> {
        self.execute("ROLLBACK TO step", []).map(drop)
    }

    /// Removes the savepoint and keeps what was done since.
    pub(super) fn release_savepoint(&self) -> DbResult<()> {
        self.execute("RELEASE step", []).map(drop)
    }

    /// Returns the first row of a query, read by `read`.
    pub(super) fn find<T>(
        &self,
        sql: &'static str,
        values: impl Params,
        read: impl FnOnce(&Row<'_>) -> rusqlite::Result<T>,
    ) -> DbResult<Option<T>> {
        self.statements.with(sql, |statement| {
            statement.query_row(values, read).optional()
        })
    }

    /// Reads the rows of a query in order until `read` breaks. `read` must not run another statement.
    pub(super) fn each(
        &self,
        sql: &'static str,
        values: impl Params,
        mut read: impl FnMut(&Row<'_>) -> rusqlite::Result<ControlFlow<()>>,
    ) -> DbResult<()> {
        self.statements.with(sql, |statement| {
            let mut rows = statement.query(values)?;
            while let Some(row) = rows.next()? {
                if read(row)?.is_break() {
                    break;
                }
            }
            Ok(())
        })
    }

    /// Runs a statement and returns how many rows it changed.
    pub(super) fn execute(&self, sql: &'static str, values: impl Params) -> DbResult<usize> {
        self.statements
            .with(sql, |statement| statement.execute(values))
    }

    /// Runs a statement whose parameters `bind` sets, and returns how many rows it changed.
    pub(super) fn execute_bound(
        &self,
        sql: &'static str,
        bind: impl FnOnce(&mut Statement<'_>) -> rusqlite::Result<()>,
    ) -> DbResult<usize> {
        self.statements.with(sql, |statement| {
            bind(statement)?;
            statement.raw_execute()
        })
    }
}
