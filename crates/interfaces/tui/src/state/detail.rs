use odd_contracts::{AttemptLog, EventEnvelope, Explanation, Job, JobId};

use crate::data::Resource;

/// The job whose detail is shown, next to a table or above it.
#[derive(Debug, Default)]
pub(crate) struct Detail {
    pub(crate) job_id: Option<JobId>,
    pub(crate) job: Resource<Box<Job>>,
    pub(crate) explanation: Resource<Explanation>,
    pub(crate) events: Resource<Vec<EventEnvelope>>,
    pub(crate) log: Resource<AttemptLog>,
    pub(crate) section: Section,
    pub(crate) scroll: u16,
}

/// A part of the detail.
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

impl Detail {
    pub(crate) fn of(job_id: Option<JobId>) -> Self {
        Self {
            job_id,
            ..Self::default()
        }
    }

    /// Shows another job; nothing changes when it is the same one.
    pub(crate) fn show(&mut self, job_id: Option<JobId>) {
        if self.job_id != job_id {
            *self = Self {
                section: self.section,
                ..Self::of(job_id)
            };
        }
    }

    /// Marks everything as outdated, because the job has changed.
    pub(crate) fn outdate(&mut self) {
        self.job.outdate();
        self.explanation.outdate();
        self.events.outdate();
        self.log.outdate();
    }

    /// Returns the attempt whose log is shown: the newest.
    pub(crate) fn log_attempt(&self) -> Option<u32> {
        let attempts = self.job.value()?.attempts.as_ref()?;
        attempts.iter().map(|attempt| attempt.attempt).max()
    }
}
