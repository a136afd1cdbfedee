use std::cell::RefCell;
use std::collections::hash_map::Entry;

use foldhash::HashMap;
use rusqlite::{Connection, Statement};

use crate::error::DbResult;

/// The writer's prepared statements, found by the address of their text: the driver's own cache hashes the text and
/// clears the statement at each use.
pub(super) struct PreparedStatements<'c> {
    connection: &'c Connection,
    statements: RefCell<HashMap<(usize, usize), Statement<'c>>>,
}

impl<'c> PreparedStatements<'c> {
    pub(super) fn new(connection: &'c Connection) -> Self {
        Self {
            connection,
            statements: RefCell::default(),
        }
    }

    pub(super) fn connection(&self) -> &'c Connection {
        self.connection
    }

    /// Runs `work` with the statement of `sql`, which is prepared once. `work` must not run another statement.
    pub(super) fn with<T>(
        &self,
        sql: &'static str,
        work: impl FnOnce(&mut Statement<'c>) -> rusqlite::Result<T>,
    ) -> DbResult<T> {
        let mut statements = self.statements.borrow_mut();
        let outcome = match statements.entry((sql.as_ptr().addr(), sql.len())) {
            Entry::Occupied(mut known) => work(known.get_mut()),
            Entry::Vacant(new) => work(new.insert(self.connection.prepare(sql)?)),
        };
        Ok(outcome?)
    }
}
