use super::{Detail, Events, Jobs, LaunchPhase, Overlay, Overview, State, Stream};
use crate::connection::Endpoint;
use crate::data::{LoadFailure, Phase, Resource};

impl State {
    /// Whether the start screen takes the place of the views: nothing is reachable and nothing was ever loaded, or the
    /// observatory that was started here starts, stops or has ended.
    pub(crate) fn shows_start(&self) -> bool {
        match self.launch.phase {
            LaunchPhase::Idle | LaunchPhase::Running => self.unreachable().is_some(),
            _ if self.launch.is_elsewhere => self.unreachable().is_some(),
            _ => true,
        }
    }

    /// Returns why nothing is reachable, if nothing was ever loaded.
    pub(crate) fn unreachable(&self) -> Option<&LoadFailure> {
        match self.overview.figures.phase(self.now.elapsed) {
            Phase::Failed { why, .. } if why.is_unreachable => Some(why),
            _ => None,
        }
    }

    /// Forgets everything that a server has sent, and shows `endpoint` from now on. A form or question that is open belongs to
    /// the observatory before: a job that may have been accepted there must not be sent to another one.
    pub(crate) fn connect_to(&mut self, endpoint: Endpoint) {
        self.endpoint = endpoint;
        self.forget_server();
        self.overlays
            .retain(|overlay| !matches!(overlay, Overlay::Form(_) | Overlay::Confirm(_)));
    }

    /// Forgets everything that the server has sent.
    pub(crate) fn forget_server(&mut self) {
        self.stream = Stream::Connecting;
        self.freeze = None;
        self.overview = Overview::default();
        self.jobs = Jobs::with_filter(&self.jobs.filter_text);
        self.events = Events::default();
        self.detail = Detail::default();
        self.queues = Resource::default();
        self.dead_letters = Resource::default();
        self.services = Resource::default();
        self.workers = Resource::default();
        self.alerts = Resource::default();
        self.links.answer = Resource::default();
        self.overlays
            .retain(|overlay| !matches!(overlay, Overlay::Detail));
    }
}
