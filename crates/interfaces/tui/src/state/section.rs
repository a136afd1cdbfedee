/// A part of the detail of a job.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Section {
    #[default]
    Summary,
    Payload,
    Result,
    Log,
    Events,
}

impl Section {
    pub(crate) const ALL: [Self; 5] = [
        Self::Summary,
        Self::Payload,
        Self::Result,
        Self::Log,
        Self::Events,
    ];

    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Summary => "Summary",
            Self::Payload => "Payload",
            Self::Result => "Result",
            Self::Log => "Log",
            Self::Events => "Events",
        }
    }

    pub(crate) fn moved_by(self, step: isize) -> Self {
        let count = Self::ALL.len().cast_signed();
        let index = (self as usize).cast_signed();
        Self::ALL[(index + step).rem_euclid(count).cast_unsigned()]
    }
}
