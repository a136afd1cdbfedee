use odd_contracts::QueueSummary;

use super::{Overlay, State};
use crate::user_command::Selection;
use crate::view::View;

impl State {
    /// Returns the queue at the cursor of the queues view.
    pub(crate) fn selected_queue(&self) -> Option<&QueueSummary> {
        let queues = &self.queues.value()?.queues;
        queues.get(self.queues_cursor.selected())
    }

    /// Returns what commands of the user can refer to, without the URL.
    pub(crate) fn selection(&self) -> Selection {
        let id = self.selected_job();
        let of_job = |job: &odd_contracts::Job| Selection {
            id: Some(job.id),
            job_type: Some(job.job_type.to_string()),
            queue: Some(job.queue.to_string()),
            url: None,
        };
        let is_detail = matches!(self.overlays.last(), Some(Overlay::Detail));
        let selection = match self.view {
            _ if is_detail => self.detail.job.value().map(|job| of_job(job)),
            View::Overview => self.overview.figures.value().and_then(|figures| {
                let mut jobs = figures.recent_jobs.iter();
                jobs.find(|job| Some(job.id) == id).map(of_job)
            }),
            View::Jobs => self.jobs.selected().map(|row| Selection {
                job_type: Some(row.job_type.clone()),
                queue: Some(row.queue.clone()),
                ..Selection::default()
            }),
            View::Events => self.events.selected().map(|row| Selection {
                job_type: Some(row.job_type.clone()),
                queue: Some(row.queue.clone()),
                ..Selection::default()
            }),
            View::Queues => self.selection_in_queues(),
            View::Services | View::Alerts => None,
        };
        Selection {
            id,
            ..selection.unwrap_or_default()
        }
    }

    fn selection_in_queues(&self) -> Option<Selection> {
        let queues = self.queues.value().map_or(&[][..], |list| &list.queues);
        if let Some(queue) = queues.get(self.queues_cursor.selected()) {
            return Some(Selection {
                queue: Some(queue.queue.to_string()),
                ..Selection::default()
            });
        }
        let id = self.selected_dead_letter()?;
        let mut jobs = self.dead_letters.value()?.jobs.iter();
        let job = jobs.find(|job| job.id == id)?;
        Some(Selection {
            job_type: Some(job.job_type.to_string()),
            queue: Some(job.queue.to_string()),
            ..Selection::default()
        })
    }
}
