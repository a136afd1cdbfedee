use odd_contracts::{JobId, QueueName};

use super::State;
use crate::view::View;

/// The row that the cursor of a list is on, by what it shows: lists are loaded again while they are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Anchor {
    RecentJob(JobId),
    Queue(QueueName),
    DeadLetter(JobId),
    Alert(String),
}

impl State {
    /// Returns the selected rows of the lists that are replaced as a whole.
    pub(crate) fn anchors(&self) -> Vec<Anchor> {
        let queues = self.queues.value().map_or(&[][..], |list| &list.queues);
        let queue = queues.get(self.queues_cursor.selected());
        let alerts = self.alerts.value().map_or(&[][..], |list| &list.alerts);
        let alert = alerts.get(self.alerts_cursor.selected());
        // At the top, the newest job stays selected.
        let recent = self.overview.selected_job();
        let anchors = [
            recent
                .filter(|_| !self.overview.cursor.is_at_top())
                .map(Anchor::RecentJob),
            queue.map(|queue| Anchor::Queue(queue.queue.clone())),
            self.selected_dead_letter().map(Anchor::DeadLetter),
            alert.map(|alert| Anchor::Alert(alert.id.clone())),
        ];
        anchors.into_iter().flatten().collect()
    }

    /// Returns the id of the job or alert that keys apply to.
    pub(crate) fn selected_id(&self) -> Option<String> {
        if self.view == View::Alerts && self.overlays.is_empty() {
            let alerts = &self.alerts.value()?.alerts;
            let alert = alerts.get(self.alerts_cursor.selected());
            return alert.map(|alert| alert.id.clone());
        }
        self.selected_job().map(|id| id.to_string())
    }

    /// Selects the same rows again. A row that is gone leaves the cursor where it is.
    pub(crate) fn keep_at(&mut self, anchors: &[Anchor]) {
        let height = self.page_rows();
        for anchor in anchors {
            let Some((row, len)) = self.row_of(anchor) else {
                continue;
            };
            let cursor = match anchor {
                Anchor::RecentJob(_) => &mut self.overview.cursor,
                Anchor::Queue(_) | Anchor::DeadLetter(_) => &mut self.queues_cursor,
                Anchor::Alert(_) => &mut self.alerts_cursor,
            };
            if cursor.selected() != row {
                cursor.select(row, len, height);
            }
        }
    }

    /// Returns the row of what an anchor names, and the number of rows of its list.
    fn row_of(&self, anchor: &Anchor) -> Option<(usize, usize)> {
        let queues = self.queues.value().map_or(&[][..], |list| &list.queues);
        let dead_letters = || self.shown_dead_letters();
        match anchor {
            Anchor::RecentJob(id) => {
                let jobs = &self.overview.figures.value()?.recent_jobs;
                let row = jobs.iter().position(|job| job.id == *id)?;
                Some((row, jobs.len()))
            }
            Anchor::Queue(name) => {
                let row = queues.iter().position(|queue| queue.queue == *name)?;
                Some((row, queues.len() + dead_letters().count()))
            }
            Anchor::DeadLetter(id) => {
                let row = dead_letters().position(|job| job.id == *id)?;
                Some((queues.len() + row, queues.len() + dead_letters().count()))
            }
            Anchor::Alert(id) => {
                let alerts = &self.alerts.value()?.alerts;
                let row = alerts.iter().position(|alert| alert.id == *id)?;
                Some((row, alerts.len()))
            }
        }
    }
}

#[cfg(test)]
mod tests;
