use std::collections::BTreeSet;

use odd_client::{JobFilter, JobsQuery};
use odd_contracts::{JobId, JobList, Timestamp};

use super::now::Now;
use super::{Cursor, Following, JobTable, SortKey};
use crate::data::{JobRow, LoadFailure, Resource};
use crate::effect::JobsPage;

/// Number of jobs on a page.
pub(crate) const PAGE: usize = 200;

/// The table of jobs, its filter and its marks.
#[derive(Debug, Default)]
pub(crate) struct Jobs {
    /// The filter as it was typed.
    pub(crate) filter_text: String,
    pub(crate) filter: JobFilter,
    pub(crate) table: Resource<JobTable>,
    pub(crate) cursor: Cursor,
    pub(crate) sort: SortKey,
    pub(crate) is_reversed: bool,
    pub(crate) is_wide: bool,
    pub(crate) marks: BTreeSet<JobId>,
    pub(crate) mark_anchor: Option<JobId>,
    /// The number of marks after every loaded job was marked.
    marked_loaded: Option<usize>,
    /// Whether every job that the filter selects is being looked for, to be marked.
    pub(crate) is_selecting: bool,
    /// Jobs that have arrived since and are not shown, so that the rows being read do not move.
    pub(crate) unseen: usize,
    pub(crate) following: Following,
    generation: u64,
}

impl Jobs {
    /// Starts with a filter; one that is not valid selects every job.
    pub(crate) fn with_filter(text: &str) -> Self {
        Self {
            filter_text: text.to_owned(),
            filter: text.parse().unwrap_or_default(),
            ..Self::default()
        }
    }

    /// Selects other jobs.
    pub(crate) fn set_filter(&mut self, text: &str, filter: JobFilter) {
        *self = Self {
            filter_text: text.to_owned(),
            filter,
            sort: self.sort,
            is_reversed: self.is_reversed,
            is_wide: self.is_wide,
            generation: self.generation + 1,
            ..Self::default()
        };
    }

    pub(crate) fn rows(&self) -> &[JobRow] {
        self.table.value().map_or(&[], JobTable::rows)
    }

    /// Returns the row of a job, if it is loaded.
    pub(crate) fn row(&self, id: JobId) -> Option<&JobRow> {
        let table = self.table.value()?;
        table.rows().get(table.position(id)?)
    }

    pub(crate) fn selected(&self) -> Option<&JobRow> {
        self.rows().get(self.cursor.selected())
    }

    /// Returns the query of the newest jobs.
    pub(crate) fn first_page(&self, now: Timestamp) -> JobsPage {
        self.page(None, now)
    }

    /// Returns the query of the page after the last loaded job, and notes that it is requested, if there is one and the selection
    /// is close to the end.
    pub(crate) fn begin_following(&mut self, now: Now) -> Option<JobsPage> {
        let table = self.table.value()?;
        let is_near_end = self.cursor.selected() + PAGE / 2 >= table.rows().len();
        let cursor = table.next_cursor.clone()?;
        if !is_near_end || !self.following.begins(now.elapsed) {
            return None;
        }
        Some(self.page(Some(cursor), now.wall))
    }

    fn page(&self, cursor: Option<String>, now: Timestamp) -> JobsPage {
        JobsPage {
            generation: self.generation,
            query: JobsQuery {
                limit: PAGE,
                cursor,
                ..self.filter.to_query(now)
            },
        }
    }

    /// Takes the answer to a query, unless it belongs to an earlier filter.
    pub(crate) fn take(
        &mut self,
        page: &JobsPage,
        answer: Result<JobList, LoadFailure>,
        now: std::time::Duration,
        height: usize,
    ) {
        if page.generation != self.generation {
            return;
        }
        let is_following = page.query.cursor.is_some();
        if is_following {
            self.following.finish(answer.is_ok(), now);
        }
        match (answer, is_following) {
            (Ok(list), true) => {
                let selected = self.selected().map(|row| row.id);
                // After a refresh, the page may no longer follow the last loaded job.
                let table = self.table.value_mut();
                if let Some(table) = table.filter(|it| it.next_cursor == page.query.cursor) {
                    table.append(&list.jobs, list.next_cursor);
                }
                self.restore(selected, height);
            }
            (Ok(list), false) => self.take_newest(list, now, height),
            (Err(why), false) => self.table.finish(Err(why), now),
            (Err(_), true) => {}
        }
    }

    fn take_newest(&mut self, list: JobList, now: std::time::Duration, height: usize) {
        let mut table = std::mem::take(&mut self.table);
        let mut rows = table.value_mut().map(std::mem::take).unwrap_or_default();
        let is_reading = !self.cursor.is_at_top() && !rows.rows().is_empty();
        if is_reading {
            self.unseen = rows.update_known(&list.jobs);
        } else {
            self.unseen = 0;
            rows.refresh(&list.jobs, list.next_cursor);
        }
        table.finish(Ok(rows), now);
        self.table = table;
        if !is_reading {
            // The newest job stays selected.
            self.restore(None, height);
        }
    }

    /// Shows the jobs that have arrived since: the next load replaces the rows.
    pub(crate) fn show_newest(&mut self) {
        self.cursor = Cursor::default();
        self.unseen = 0;
        self.table.reload();
    }

    /// Sorts the rows, and keeps the selected job selected.
    pub(crate) fn resort(&mut self, height: usize) {
        let selected = self.selected().map(|row| row.id);
        self.restore(selected, height);
    }

    fn restore(&mut self, selected: Option<JobId>, height: usize) {
        let (key, is_reversed) = (self.sort, self.is_reversed);
        let Some(table) = self.table.value_mut() else {
            return;
        };
        table.sort(key, is_reversed);
        let len = table.rows().len();
        let position = selected.and_then(|id| table.position(id));
        let row = position.unwrap_or(self.cursor.selected());
        self.cursor.select(row, len, height);
    }

    /// Marks every loaded job. Returns how many there are.
    pub(crate) fn mark_loaded(&mut self) -> usize {
        let ids: Vec<JobId> = self.rows().iter().map(|row| row.id).collect();
        self.marks.extend(&ids);
        self.marked_loaded = Some(self.marks.len());
        ids.len()
    }

    /// Whether exactly the jobs that were loaded at the last [`mark_loaded`](Self::mark_loaded) are
    /// marked, and the server has more.
    pub(crate) fn can_mark_more(&self) -> bool {
        let table = self.table.value();
        let has_more = table.is_some_and(|table| table.next_cursor.is_some());
        has_more && self.marked_loaded == Some(self.marks.len())
    }

    /// Removes all marks, also those that are being looked for.
    pub(crate) fn clear_marks(&mut self) {
        self.marks.clear();
        self.marked_loaded = None;
        self.is_selecting = false;
    }

    /// Ends the search for every job that the filter selects. Returns `false` if its result is not wanted any more.
    pub(crate) fn end_selecting(&mut self, page: &JobsPage) -> bool {
        page.generation == self.generation && std::mem::take(&mut self.is_selecting)
    }

    /// Returns the jobs that an action applies to: the marked ones, or the selected one.
    pub(crate) fn chosen(&self) -> Vec<JobId> {
        match self.marks.is_empty() {
            true => self.selected().map(|row| row.id).into_iter().collect(),
            false => self.marks.iter().copied().collect(),
        }
    }
}

#[cfg(test)]
mod tests;
