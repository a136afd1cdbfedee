use std::collections::{HashSet, VecDeque};

use odd_contracts::{EventEnvelope, EventId};

use super::{Cursor, RowFilter};
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
    filter: RowFilter,
    /// The numbers of the rows that the filter selects, newest first. A row is numbered when it is added; the newest has the
    /// largest number.
    selected: VecDeque<u64>,
    newest_number: u64,
    /// Events of the stream since the start.
    pub(crate) received: u64,
}

impl Events {
    /// Returns the number of events that the filter selects.
    pub(crate) fn len(&self) -> usize {
        match self.filter.is_empty() {
            true => self.rows.len(),
            false => self.selected.len(),
        }
    }

    /// Returns the number of events that are kept.
    pub(crate) fn all_len(&self) -> usize {
        self.rows.len()
    }

    /// Returns an event that the filter selects, by its position from the newest.
    pub(crate) fn row(&self, index: usize) -> Option<&EventRow> {
        self.newest(self.position(index)?)
    }

    fn id(&self, index: usize) -> Option<EventId> {
        self.rows.get(self.position(index)?).map(|(id, _)| *id)
    }

    /// Returns the position among all events of the event at `index` among those that the filter selects.
    fn position(&self, index: usize) -> Option<usize> {
        if self.filter.is_empty() {
            return Some(index);
        }
        let number = self.selected.get(index)?;
        usize::try_from(self.newest_number - number).ok()
    }

    /// Returns an event, by its position from the newest.
    pub(crate) fn newest(&self, index: usize) -> Option<&EventRow> {
        self.rows.get(index).map(|(_, row)| row)
    }

    pub(crate) fn selected(&self) -> Option<&EventRow> {
        self.row(self.cursor.selected())
    }

    pub(crate) fn filter(&self) -> &RowFilter {
        &self.filter
    }

    /// Selects other events.
    pub(crate) fn set_filter(&mut self, filter: RowFilter) {
        self.filter = filter;
        self.cursor = Cursor::default();
        self.select();
    }

    /// Adds an event of the stream. What is being read stays where it is.
    pub(crate) fn push(&mut self, event: &EventEnvelope) {
        self.received += 1;
        if !self.known.insert(event.event_id) {
            return;
        }
        let row = EventRow::from(event);
        self.newest_number += 1;
        let is_selected = self.filter.selects_event(&row);
        if is_selected && !self.filter.is_empty() {
            self.selected.push_front(self.newest_number);
        }
        self.rows.push_front((event.event_id, row));
        if is_selected && !self.cursor.is_at_top() {
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
        let selected = self.id(self.cursor.selected());
        let rows = self.rows.make_contiguous();
        rows.sort_by_key(|(_, row)| std::cmp::Reverse(row.at));
        self.truncate();
        self.select();
        self.keep_selected(selected);
    }

    /// Moves the cursor to where an event is now, so that what is being read stays where it is. At the top it stays at the newest.
    fn keep_selected(&mut self, id: Option<EventId>) {
        let row = self.cursor.selected();
        let position = (row..self.len()).find(|index| self.id(*index) == id);
        if let Some(position) = position.filter(|_| id.is_some() && !self.cursor.is_at_top()) {
            self.cursor.shift(position - row);
        }
    }

    /// Numbers the rows again, and finds those that the filter selects.
    fn select(&mut self) {
        self.newest_number = u64::try_from(self.rows.len()).unwrap_or(u64::MAX);
        self.selected.clear();
        if self.filter.is_empty() {
            return;
        }
        let numbers = (1..=self.newest_number).rev();
        let rows = numbers.zip(self.rows.iter());
        let rows = rows.filter(|(_, (_, row))| self.filter.selects_event(row));
        self.selected = rows.map(|(number, _)| number).collect();
    }

    fn truncate(&mut self) {
        while self.rows.len() > EVENT_LIMIT {
            if let Some((id, _)) = self.rows.pop_back() {
                self.known.remove(&id);
            }
        }
        let kept = u64::try_from(self.rows.len()).unwrap_or(u64::MAX);
        let oldest = (self.newest_number + 1).saturating_sub(kept);
        while self.selected.back().is_some_and(|number| *number < oldest) {
            self.selected.pop_back();
        }
        if self.cursor.selected() >= EVENT_LIMIT {
            self.cursor.select(EVENT_LIMIT - 1, EVENT_LIMIT, 1);
        }
    }
}

#[cfg(test)]
mod tests;
