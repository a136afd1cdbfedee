use std::str::FromStr;

/// A page of the interface, selected by its number or its tab.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum View {
    /// Figures, charts and the newest jobs.
    Overview,
    /// The table of jobs.
    Jobs,
    /// The stream of events.
    Events,
    /// Queues and dead letters.
    Queues,
    /// Services and workers.
    Services,
    /// Active alerts.
    Alerts,
}

/// A name that belongs to no view.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("must be one of overview, jobs, events, queues, services, alerts")]
pub struct UnknownView;

impl View {
    /// Every view, in the order of the tabs.
    pub const ALL: [Self; 6] = [
        Self::Overview,
        Self::Jobs,
        Self::Events,
        Self::Queues,
        Self::Services,
        Self::Alerts,
    ];

    /// Returns the name on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Overview => "overview",
            Self::Jobs => "jobs",
            Self::Events => "events",
            Self::Queues => "queues",
            Self::Services => "services",
            Self::Alerts => "alerts",
        }
    }

    /// Returns the title of the tab.
    pub const fn title(self) -> &'static str {
        match self {
            Self::Overview => "Overview",
            Self::Jobs => "Jobs",
            Self::Events => "Events",
            Self::Queues => "Queues",
            Self::Services => "Services",
            Self::Alerts => "Alerts",
        }
    }

    /// Returns the position among the tabs, from 0.
    pub const fn index(self) -> usize {
        self as usize
    }

    /// Returns the view `step` tabs to the right, around the end.
    pub(crate) fn moved_by(self, step: isize) -> Self {
        let count = Self::ALL.len().cast_signed();
        let index = (self.index().cast_signed() + step).rem_euclid(count);
        Self::ALL[index.cast_unsigned()]
    }
}

impl FromStr for View {
    type Err = UnknownView;

    fn from_str(text: &str) -> Result<Self, UnknownView> {
        Self::ALL
            .into_iter()
            .find(|view| view.as_str() == text)
            .ok_or(UnknownView)
    }
}
