use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use odd_core::ports::{LogRecord, Position};

/// Most entries that are buffered while earlier ones are missing.
const CAPACITY: usize = 50_000;

/// Sorts entries that arrive in any order, and possibly several times, into the order of the log.
pub(crate) struct ReorderBuffer {
    /// Everything up to here has been delivered.
    delivered: Position,
    /// The furthest position that has arrived.
    furthest: Position,
    /// When `delivered` last advanced, or last equalled `furthest`.
    advanced_at: Instant,
    /// Entries that arrived before one of their predecessors.
    early: BTreeMap<Position, LogRecord>,
}

impl ReorderBuffer {
    /// Creates a buffer whose next entry is the one after `delivered`.
    pub(crate) fn after(delivered: Position) -> Self {
        Self {
            delivered,
            furthest: delivered,
            advanced_at: Instant::now(),
            early: BTreeMap::new(),
        }
    }

    pub(crate) fn delivered(&self) -> Position {
        self.delivered
    }

    /// Adds entries. Early entries beyond the capacity are dropped; they are read from the log later.
    pub(crate) fn add(&mut self, entries: Vec<LogRecord>) {
        if !self.has_gap() {
            self.advanced_at = Instant::now();
        }
        for entry in entries {
            self.furthest = self.furthest.max(entry.position);
            if entry.position > self.delivered && self.early.len() < CAPACITY {
                self.early.insert(entry.position, entry);
            }
        }
    }

    /// Removes and returns the entries that directly follow what has been delivered.
    pub(crate) fn take_next(&mut self) -> Vec<LogRecord> {
        let mut next = Vec::new();
        while let Some(first) = self.early.first_entry()
            && first.key().0 == self.delivered.0 + 1
        {
            let entry = first.remove();
            self.delivered = entry.position;
            self.advanced_at = Instant::now();
            next.push(entry);
        }
        next
    }

    /// Returns `true` if an entry is missing before the furthest one.
    pub(crate) fn has_gap(&self) -> bool {
        self.furthest > self.delivered
    }

    /// Returns `true` if the same entry has been missing for `timeout`.
    pub(crate) fn is_stuck(&self, timeout: Duration) -> bool {
        self.has_gap() && self.advanced_at.elapsed() >= timeout
    }

    /// Returns `true` if further early entries would be dropped.
    pub(crate) fn is_full(&self) -> bool {
        self.early.len() >= CAPACITY
    }

    /// Drops early entries whose predecessors are not in the log either.
    pub(crate) fn forget_early(&mut self) {
        self.early.clear();
        self.furthest = self.delivered;
    }

    /// Advances past entries that were read from the log, which lacks only those of pruned jobs.
    pub(crate) fn fill(&mut self, entries: &[LogRecord]) {
        if let Some(last) = entries.last() {
            self.delivered = self.delivered.max(last.position);
            self.advanced_at = Instant::now();
            self.furthest = self.furthest.max(self.delivered);
            self.early = self.early.split_off(&Position(self.delivered.0 + 1));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entries(positions: &[u64]) -> Vec<LogRecord> {
        let entry = |position: &u64| LogRecord {
            position: Position(*position),
            entry: odd_core::ports::LogEntry::Pruned {
                job_type: "work".parse().expect("legal"),
                queue: "default".parse().expect("legal"),
                status: odd_contracts::JobStatus::Completed,
                count: 1,
                before: odd_contracts::Timestamp::from_micros(0),
            },
        };
        positions.iter().map(entry).collect()
    }

    #[test]
    fn repeated_and_reordered_entries_are_returned_once_in_log_order() {
        let mut buffer = ReorderBuffer::after(Position(10));
        for (added, next) in [
            (&[12, 13][..], &[][..]),
            (&[13, 10, 9, 15], &[]),
            (&[11, 12], &[11, 12, 13]),
            (&[11, 12, 13], &[]),
            (&[14, 14], &[14, 15]),
        ] {
            buffer.add(entries(added));
            assert_eq!(buffer.take_next(), entries(next), "{added:?}");
        }
        assert!(!buffer.has_gap());
    }

    #[test]
    fn entries_from_the_log_fill_gaps() {
        let mut buffer = ReorderBuffer::after(Position(0));
        buffer.add(entries(&[3, 5, 8]));
        buffer.fill(&entries(&[1, 2, 4, 5, 7]));
        assert_eq!(buffer.take_next(), entries(&[8]));
        buffer.add(entries(&[20]));
        assert!(buffer.has_gap());
        buffer.forget_early();
        assert!(!buffer.has_gap());
    }

    #[test]
    fn dropped_entries_are_a_gap_until_the_log_fills_it() {
        let mut buffer = ReorderBuffer::after(Position(0));
        let positions: Vec<u64> = (2..2 + u64::try_from(CAPACITY).expect("small") + 1).collect();
        buffer.add(entries(&positions));
        assert!(buffer.is_full());
        buffer.fill(&entries(&[1]));
        assert_eq!(buffer.take_next().len(), CAPACITY);
        assert!(buffer.has_gap());
        buffer.fill(&entries(&[positions[CAPACITY]]));
        assert!(!buffer.has_gap());
    }
}
