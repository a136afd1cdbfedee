use std::collections::{HashSet, VecDeque};

use odd_contracts::{EventEnvelope, EventId};

use super::Cursor;
use crate::data::{EventRow, Resource};

/// Largest number of events that are kept.
pub(crate) const EVENT_LIMIT: usize = 5_000;

/// The newest events, from the history and from the stream.
#[derive(Debug, Default)]
pub(crate) struct Events {
    /// The load of the history, which fills the beginning.
    pub(crate) history: Resource<()>,
    pub(crate) cursor: Cursor,
    /// Newest first.
    rows: VecDeque<(EventId, EventRow)>,
    known: HashSet<EventId>,
    /// Events of the stream since the start.
    pub(crate) received: u64,
}

impl Events {
    pub(crate) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Returns the row at `index`, from the newest.
    pub(crate) fn row(&self, index: usize) -> Option<&EventRow> {
        self.rows.get(index).map(|(_, row)| row)
    }

    pub(crate) fn selected(&self) -> Option<&EventRow> {
        self.row(self.cursor.selected())
    }

    /// Adds an event of the stream. What is being read stays where it is.
    pub(crate) fn push(&mut self, event: &EventEnvelope) {
        self.received += 1;
        if !self.known.insert(event.event_id) {
            return;
        }
        self.rows
            .push_front((event.event_id, EventRow::from(event)));
        if !self.cursor.is_at_top() {
            self.cursor.shift(1);
        }
        self.truncate();
    }

    /// Adds the history, newest first: events that the stream has not sent.
    pub(crate) fn add_history(&mut self, events: &[EventEnvelope]) {
        for event in events {
            if self.known.insert(event.event_id) {
                self.rows.push_back((event.event_id, EventRow::from(event)));
            }
        }
        let rows = self.rows.make_contiguous();
        rows.sort_by_key(|(_, row)| std::cmp::Reverse(row.at));
        self.truncate();
    }

    fn truncate(&mut self) {
        while self.rows.len() > EVENT_LIMIT {
            if let Some((id, _)) = self.rows.pop_back() {
                self.known.remove(&id);
            }
        }
        if self.cursor.selected() >= EVENT_LIMIT {
            self.cursor.select(EVENT_LIMIT - 1, EVENT_LIMIT, 1);
        }
    }
}
