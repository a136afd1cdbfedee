use super::{Overlay, Phase, State};
use crate::view::View;

impl State {
    /// Whether the next tick is due soon: something moves, or waits to be loaded.
    pub(crate) fn needs_fast_ticks(&self) -> bool {
        let has_detail = self.has_detail_window() || self.has_detail_panel();
        let is_just_selected = has_detail && self.detail.is_just_selected(self.now.elapsed);
        is_just_selected || (self.has_motion && self.is_animated())
    }

    /// Whether something moves.
    fn is_animated(&self) -> bool {
        let is_busy = match self.overlays.last() {
            Some(Overlay::Setup) => self.setup.is_running,
            Some(Overlay::Links) => self.links.is_checking(),
            Some(Overlay::Form(form)) => matches!(form.phase, Phase::Sending { .. }),
            Some(Overlay::Detail) => self.is_loading_detail(),
            _ => false,
        };
        is_busy || self.launch.is_busy() || (self.freeze.is_none() && self.is_loading_view())
    }

    fn is_loading_detail(&self) -> bool {
        self.detail.job_id.is_some() && self.detail.job.is_first_load()
    }

    /// Whether the view still waits for its data.
    fn is_loading_view(&self) -> bool {
        if self.shows_start() {
            return false;
        }
        let is_loading = match self.view {
            View::Overview => self.overview.figures.is_first_load(),
            View::Jobs => self.jobs.table.is_first_load(),
            View::Events => self.events.history.is_first_load(),
            View::Queues => self.queues.is_first_load(),
            View::Services => self.services.is_first_load() || self.workers.is_first_load(),
            View::Alerts => self.alerts.is_first_load(),
        };
        is_loading || (self.has_detail_panel() && self.is_loading_detail())
    }
}
