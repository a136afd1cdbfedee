use odd_contracts::JobId;

/// The tour: five steps on real jobs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Tour {
    pub(crate) step: TourStep,
    /// The job of the first steps.
    pub(crate) job: Option<JobId>,
    /// The job that waits.
    pub(crate) waiting: Option<JobId>,
    /// Whether the tour has sent a submission that is not answered.
    pub(crate) is_sending: bool,
    /// The key of a submission that was not answered: it is sent again with the same one.
    pub(crate) key: Option<String>,
    /// Whether the step is done, and the next one can begin.
    pub(crate) is_done: bool,
}

/// A step of the tour, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum TourStep {
    /// An introduction.
    Welcome,
    /// Submit a job.
    Submit,
    /// Watch it complete.
    Watch,
    /// Open its detail.
    Open,
    /// See why another one waits.
    Explain,
    /// Find the failures with the filter.
    Filter,
    /// The end.
    Done,
}

impl Tour {
    pub(crate) fn begin() -> Self {
        Self {
            step: TourStep::Welcome,
            job: None,
            waiting: None,
            is_sending: false,
            key: None,
            is_done: true,
        }
    }
}

impl TourStep {
    const ALL: [Self; 7] = [
        Self::Welcome,
        Self::Submit,
        Self::Watch,
        Self::Open,
        Self::Explain,
        Self::Filter,
        Self::Done,
    ];

    /// Returns the number of the step, from 1 to 5; `None` for the welcome and the end.
    pub(crate) fn number(self) -> Option<usize> {
        let index = Self::ALL.iter().position(|step| *step == self)?;
        (1..=5).contains(&index).then_some(index)
    }

    pub(crate) fn next(self) -> Self {
        let index = Self::ALL.iter().position(|step| *step == self);
        let next = index.and_then(|index| Self::ALL.get(index + 1));
        next.copied().unwrap_or(Self::Done)
    }
}
