use std::cell::RefCell;
use std::collections::hash_map::Entry;

use foldhash::HashMap;
use rusqlite::{Connection, Statement};

use super::DbResult;

/// The writer's prepared statements. They live as long as its connection and are found by the address of their
/// text: the driver's own cache hashes the text, and clears the statement, at each use.
pub(crate) struct Statements<'c> {
    connection: &'c Connection,
    prepared: RefCell<HashMap<(usize, usize), Statement<'c>>>,
}

impl<'c> Statements<'c> {
    pub(super) fn new(connection: &'c Connection) -> Self {
        Self {
            connection,
            prepared: RefCell::default(),
        }
    }

    pub(super) fn connection(&self) -> &'c Connection {
        self.connection
    }

    /// Runs `work` with the statement of `sql`, preparing it at first. `work` must not ask for another one.
    pub(super) fn with<T>(
        &self,
        sql: &'static str,
        work: impl FnOnce(&mut Statement<'c>) -> DbResult<T>,
    ) -> DbResult<T> {
        let mut prepared = self.prepared.borrow_mut();
        match prepared.entry((sql.as_ptr().addr(), sql.len())) {
            Entry::Occupied(mut known) => work(known.get_mut()),
            Entry::Vacant(new) => work(new.insert(self.connection.prepare(sql)?)),
        }
    }
}
