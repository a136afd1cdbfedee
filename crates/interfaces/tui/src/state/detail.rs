use std::time::Duration;

use odd_contracts::{EventEnvelope, Explanation, Job, JobId};

use super::{Cursor, JsonView, LogView, Search, Section};
use crate::data::{JobEvents, Resource};
use crate::message::LoadResult;

/// How long a job is selected in a table before its detail is loaded.
const SELECTION_DELAY: Duration = Duration::from_millis(100);

/// The job whose detail is shown, next to a table or above it.
#[derive(Debug, Default)]
pub(crate) struct Detail {
    pub(crate) job_id: Option<JobId>,
    /// Since when this job is shown.
    shown_at: Duration,
    pub(crate) job: Resource<Box<Job>>,
    pub(crate) explanation: Resource<Explanation>,
    pub(crate) events: Resource<JobEvents>,
    pub(crate) section: Section,
    /// The first line of the summary that is shown.
    pub(crate) scroll: usize,
    pub(crate) payload: JsonPart,
    pub(crate) result: JsonPart,
    pub(crate) log: LogView,
    /// The attempt whose log was selected; without one, the newest.
    chosen_attempt: Option<u32>,
    pub(crate) events_cursor: Cursor,
    /// The event whose JSON is shown instead of the list.
    pub(crate) open_event: Option<OpenEvent>,
    pub(crate) search: Option<Search>,
}

/// The payload or the result of a job. Read when it is shown for the first time.
#[derive(Debug, Default)]
pub(crate) enum JsonPart {
    #[default]
    Unread,
    /// The job has none.
    Absent,
    /// It cannot be shown as a tree: it has too many values.
    TooLarge,
    Tree(Box<JsonView>),
}

/// An event and its JSON.
#[derive(Debug)]
pub(crate) struct OpenEvent {
    pub(crate) title: String,
    pub(crate) view: JsonView,
}

impl JsonPart {
    pub(crate) fn of(text: Option<&str>) -> Self {
        match text.map(JsonView::of) {
            None => Self::Absent,
            Some(None) => Self::TooLarge,
            Some(Some(view)) => Self::Tree(Box::new(view)),
        }
    }

    /// Forgets what was read, unless it is that of `text`.
    fn keep_if(&mut self, text: Option<&str>) {
        let is_same = match (&*self, text) {
            (Self::Tree(view), Some(text)) => view.document().is_of(text),
            _ => false,
        };
        if !is_same {
            *self = Self::Unread;
        }
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
    pub(crate) fn show(&mut self, job_id: Option<JobId>, now: Duration) {
        if self.job_id != job_id {
            *self = Self {
                section: self.section,
                shown_at: now,
                ..Self::of(job_id)
            };
        }
    }

    /// Whether the job was selected so recently that the next key may select another one. Nothing is loaded before that.
    pub(crate) fn is_just_selected(&self, now: Duration) -> bool {
        self.job_id.is_some()
            && self.job.is_untouched()
            && now.saturating_sub(self.shown_at) < SELECTION_DELAY
    }

    /// Shows the beginning of the section, for a window that opens.
    pub(crate) fn show_from_the_start(&mut self) {
        self.scroll = 0;
        self.search = None;
        self.open_event = None;
    }

    /// Shows another section, from the state in which it was left.
    pub(crate) fn show_section(&mut self, section: Section) {
        self.section = section;
        self.search = None;
    }

    /// Stores the job, or the failure to load it.
    pub(crate) fn take_job(&mut self, result: LoadResult<Box<Job>>, now: Duration) {
        if let Ok(job) = &result {
            self.payload
                .keep_if(job.payload.as_ref().map(|json| json.get()));
            self.result
                .keep_if(job.result.as_ref().map(|json| json.get()));
        }
        let attempt = self.log_attempt();
        self.job.finish(result, now);
        if self.log_attempt() != attempt {
            // Another attempt has begun; requests for the log of the one before are not answered here any more.
            self.log = LogView::default();
        }
    }

    /// Stores the events of the job, or the failure to load them. Events that have arrived meanwhile are kept.
    pub(crate) fn take_events(&mut self, result: LoadResult<Vec<EventEnvelope>>, now: Duration) {
        let result = result.map(|events| {
            let mut events = JobEvents::of(events);
            for known in self.events.value().map_or(&[][..], JobEvents::all) {
                events.push(known);
            }
            events
        });
        self.events.finish(result, now);
    }

    /// Applies an event of the job: adds it to the list, and marks what else it changes as outdated.
    pub(crate) fn apply(&mut self, event: &EventEnvelope) {
        let is_complete = self
            .events
            .value_mut()
            .is_some_and(|events| events.push(event));
        if !is_complete {
            self.events.outdate();
        }
        self.job.outdate();
        self.explanation.outdate();
        self.log.newest.outdate();
    }

    /// Marks everything as outdated, because events may be missing.
    pub(crate) fn outdate(&mut self) {
        self.job.outdate();
        self.explanation.outdate();
        self.events.outdate();
        self.log.newest.outdate();
    }

    /// Loads everything again now.
    pub(crate) fn reload(&mut self) {
        self.job.reload();
        self.explanation.reload();
        self.events.reload();
        self.log.newest.reload();
    }

    /// Returns the attempt whose log is shown: the selected one, or the newest.
    pub(crate) fn log_attempt(&self) -> Option<u32> {
        let newest = self.attempts().last().copied();
        self.chosen_attempt.or(newest)
    }

    /// Shows the log of another attempt. The newest one follows later attempts.
    pub(crate) fn choose_attempt(&mut self, attempt: u32) {
        if self.log_attempt() != Some(attempt) {
            self.log = LogView::default();
        }
        let is_newest = self.attempts().last() == Some(&attempt);
        self.chosen_attempt = (!is_newest).then_some(attempt);
    }

    /// Returns the numbers of the attempts that have a log, in ascending order.
    pub(crate) fn attempts(&self) -> Vec<u32> {
        let job = self.job.value();
        let attempts = job.and_then(|job| job.attempts.as_deref());
        let attempts = attempts.unwrap_or_default().iter();
        attempts.map(|attempt| attempt.attempt).collect()
    }

    /// Returns the tree that is shown, if the section shows one.
    pub(crate) fn tree(&self) -> Option<&JsonView> {
        match (self.section, &self.payload, &self.result) {
            (Section::Payload, JsonPart::Tree(view), _) => Some(view),
            (Section::Result, _, JsonPart::Tree(view)) => Some(view),
            (Section::Events, ..) => self.open_event.as_ref().map(|event| &event.view),
            _ => None,
        }
    }

    pub(crate) fn tree_mut(&mut self) -> Option<&mut JsonView> {
        match (self.section, &mut self.payload, &mut self.result) {
            (Section::Payload, JsonPart::Tree(view), _) => Some(view),
            (Section::Result, _, JsonPart::Tree(view)) => Some(view),
            (Section::Events, ..) => self.open_event.as_mut().map(|event| &mut event.view),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests;
