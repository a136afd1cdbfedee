use std::collections::BTreeMap;

use odd_core::ports::{Position, Recorded};

/// Entries kept while others before them are missing.
const CAPACITY: usize = 20_000;

/// Puts entries that come in any order, and several times, into the order of the log.
pub(crate) struct Order {
    /// Everything up to here has been handed over.
    done: Position,
    early: BTreeMap<Position, Recorded>,
}

impl Order {
    pub(crate) fn after(done: Position) -> Self {
        Self {
            done,
            early: BTreeMap::new(),
        }
    }

    pub(crate) fn done(&self) -> Position {
        self.done
    }

    /// Adds entries; what comes too early and finds no room is dropped, as the log has it.
    pub(crate) fn add(&mut self, entries: Vec<Recorded>) {
        for entry in entries {
            if entry.position > self.done && self.early.len() < CAPACITY {
                self.early.insert(entry.position, entry);
            }
        }
    }

    /// Those that follow what has been handed over.
    pub(crate) fn take_next(&mut self) -> Vec<Recorded> {
        let mut next = Vec::new();
        while let Some(first) = self.early.first_entry()
            && first.key().0 == self.done.0 + 1
        {
            let entry = first.remove();
            self.done = entry.position;
            next.push(entry);
        }
        next
    }

    /// Whether something before the early ones is missing.
    pub(crate) fn has_gap(&self) -> bool {
        !self.early.is_empty()
    }

    /// Gives up waiting for what the log does not have either.
    pub(crate) fn forget_early(&mut self) {
        self.early.clear();
    }

    /// Entries from the log, which has no gaps but those of pruned jobs.
    pub(crate) fn fill(&mut self, entries: &[Recorded]) {
        if let Some(last) = entries.last() {
            self.done = self.done.max(last.position);
            self.early = self.early.split_off(&Position(self.done.0 + 1));
        }
    }
}
