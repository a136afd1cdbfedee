use odd_contracts::{EventType, JobId};
use odd_core::JobEvent;

/// Which events a stream carries.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct EventFilter {
    /// Only events of this job.
    pub(crate) job_id: Option<JobId>,
    /// Only events of this type.
    pub(crate) event_type: Option<EventType>,
}

impl EventFilter {
    /// Returns `true` if `event` passes the filter.
    pub(crate) fn admits(&self, event: &JobEvent) -> bool {
        self.job_id.is_none_or(|id| id == event.job_id)
            && self
                .event_type
                .is_none_or(|kind| kind == event.change.event_type())
    }
}
