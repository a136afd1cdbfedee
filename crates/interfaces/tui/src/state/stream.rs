use std::time::Duration;

use odd_contracts::EventEnvelope;

use crate::data::LoadFailure;
use crate::message::Loaded;

/// The state of the event stream.
#[derive(Debug, Clone)]
pub(crate) enum Stream {
    /// It is being opened for the first time.
    Connecting,
    /// Events arrive as they happen.
    Live,
    /// It is lost; data is loaded at intervals until it is open again.
    Lost { why: LoadFailure, since: Duration },
}

impl Stream {
    pub(crate) fn is_live(&self) -> bool {
        matches!(self, Self::Live)
    }
}

/// Largest number of events that a frozen screen keeps for later.
const HELD_LIMIT: usize = 5_000;

/// A frozen screen.
#[derive(Debug, Default)]
pub(crate) struct Freeze {
    pub(crate) since: Duration,
    events: Vec<EventEnvelope>,
    /// Answers to requests that were on their way.
    answers: Vec<Loaded>,
    /// Events that arrived since, including those that were too many to keep.
    pub(crate) count: usize,
}

impl Freeze {
    pub(crate) fn at(since: Duration) -> Self {
        Self {
            since,
            ..Self::default()
        }
    }

    /// Keeps events for later; the newest 5,000 of them.
    pub(crate) fn hold(&mut self, events: Vec<EventEnvelope>) {
        self.count += events.len();
        self.events.extend(events);
        let surplus = self.events.len().saturating_sub(HELD_LIMIT);
        self.events.drain(..surplus);
    }

    /// Whether there were more events than are kept.
    pub(crate) fn has_dropped(&self) -> bool {
        self.count > self.events.len()
    }

    /// Keeps an answer for later. There are few, because a frozen screen requests nothing.
    pub(crate) fn hold_answer(&mut self, answer: Loaded) {
        self.answers.push(answer);
    }

    /// Returns the events and the answers that were kept.
    pub(crate) fn into_held(self) -> (Vec<EventEnvelope>, Vec<Loaded>) {
        (self.events, self.answers)
    }
}
