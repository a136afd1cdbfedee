use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use odd_core::ports::{LogRecord, Position};

/// Entries kept while others before them are missing.
const CAPACITY: usize = 50_000;

/// Puts entries that come in any order, and several times, into the order of the log.
pub(crate) struct ReorderBuffer {
    /// Everything up to here has been handed over.
    done: Position,
    /// The furthest entry that was told of.
    furthest: Position,
    /// When `done` moved last, or reached what was told of.
    moved: Instant,
    early: BTreeMap<Position, LogRecord>,
}

impl ReorderBuffer {
    pub(crate) fn after(done: Position) -> Self {
        Self {
            done,
            furthest: done,
            moved: Instant::now(),
            early: BTreeMap::new(),
        }
    }

    pub(crate) fn done(&self) -> Position {
        self.done
    }

    /// Adds entries; what comes too early and finds no room is dropped, as the log has it.
    pub(crate) fn add(&mut self, entries: Vec<LogRecord>) {
        if !self.has_gap() {
            self.moved = Instant::now();
        }
        for entry in entries {
            self.furthest = self.furthest.max(entry.position);
            if entry.position > self.done && self.early.len() < CAPACITY {
                self.early.insert(entry.position, entry);
            }
        }
    }

    /// Those that follow what has been handed over.
    pub(crate) fn take_next(&mut self) -> Vec<LogRecord> {
        let mut next = Vec::new();
        while let Some(first) = self.early.first_entry()
            && first.key().0 == self.done.0 + 1
        {
            let entry = first.remove();
            self.done = entry.position;
            self.moved = Instant::now();
            next.push(entry);
        }
        next
    }

    /// Whether something is missing before an entry that was told of.
    pub(crate) fn has_gap(&self) -> bool {
        self.furthest > self.done
    }

    /// Whether the same entry has been missing for so long.
    pub(crate) fn is_stuck(&self, patience: Duration) -> bool {
        self.has_gap() && self.moved.elapsed() >= patience
    }

    /// Whether what comes early is dropped.
    pub(crate) fn is_full(&self) -> bool {
        self.early.len() >= CAPACITY
    }

    /// Gives up waiting for what the log does not have either.
    pub(crate) fn forget_early(&mut self) {
        self.early.clear();
        self.furthest = self.done;
    }

    /// Entries from the log, which has no gaps but those of pruned jobs.
    pub(crate) fn fill(&mut self, entries: &[LogRecord]) {
        if let Some(last) = entries.last() {
            self.done = self.done.max(last.position);
            self.moved = Instant::now();
            self.furthest = self.furthest.max(self.done);
            self.early = self.early.split_off(&Position(self.done.0 + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(places: &[u64]) -> Vec<LogRecord> {
        let entry = |place: &u64| LogRecord {
            position: Position(*place),
            entry: odd_core::ports::LogEntry::Pruned {
                job_type: "work".parse().expect("legal"),
                queue: "default".parse().expect("legal"),
                status: odd_contracts::JobStatus::Completed,
                count: 1,
                before: odd_contracts::Timestamp::from_micros(0),
            },
        };
        places.iter().map(entry).collect()
    }

    #[test]
    fn each_entry_comes_once_and_in_order_however_often_it_was_told() {
        let mut order = ReorderBuffer::after(Position(10));
        for (told, next) in [
            (&[12, 13][..], &[][..]),
            (&[13, 10, 9, 15], &[]),
            (&[11, 12], &[11, 12, 13]),
            (&[11, 12, 13], &[]),
            (&[14, 14], &[14, 15]),
        ] {
            order.add(entries(told));
            assert_eq!(order.take_next(), entries(next), "{told:?}");
        }
        assert!(!order.has_gap());
    }

    #[test]
    fn what_the_log_has_fills_gaps() {
        let mut order = ReorderBuffer::after(Position(0));
        order.add(entries(&[3, 5, 8]));
        order.fill(&entries(&[1, 2, 4, 5, 7]));
        assert_eq!(order.take_next(), entries(&[8]));
        order.add(entries(&[20]));
        assert!(order.has_gap());
        order.forget_early();
        assert!(!order.has_gap());
    }

    #[test]
    fn what_found_no_room_is_a_gap_until_the_log_has_filled_it() {
        let mut order = ReorderBuffer::after(Position(0));
        let places: Vec<u64> = (2..2 + u64::try_from(CAPACITY).expect("small") + 1).collect();
        order.add(entries(&places));
        assert!(order.is_full());
        order.fill(&entries(&[1]));
        assert_eq!(order.take_next().len(), CAPACITY);
        assert!(order.has_gap());
        order.fill(&entries(&[places[CAPACITY]]));
        assert!(!order.has_gap());
    }
}
