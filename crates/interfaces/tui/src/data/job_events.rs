use odd_contracts::EventEnvelope;

/// Largest number of events of one job that are kept.
pub(crate) const LIMIT: usize = 1_000;

/// The newest events of one job, oldest first.
#[derive(Debug, Default)]
pub(crate) struct JobEvents {
    events: Vec<EventEnvelope>,
}

impl JobEvents {
    /// Takes the events of a job, oldest first.
    pub(crate) fn of(mut events: Vec<EventEnvelope>) -> Self {
        events.drain(..events.len().saturating_sub(LIMIT));
        Self { events }
    }

    pub(crate) fn all(&self) -> &[EventEnvelope] {
        &self.events
    }

    /// Whether older events exist that are not here.
    pub(crate) fn is_cut(&self) -> bool {
        self.events
            .first()
            .is_some_and(|event| event.payload.version > 1)
    }

    /// Adds an event that has just happened. Returns `false` if events between the last one and this one are missing.
    pub(crate) fn push(&mut self, event: &EventEnvelope) -> bool {
        let last = self.events.last().map_or(0, |last| last.payload.version);
        if event.payload.version == last + 1 {
            self.events.push(event.clone());
            let surplus = self.events.len().saturating_sub(LIMIT);
            self.events.drain(..surplus);
        }
        event.payload.version <= last + 1
    }
}

#[cfg(test)]
mod tests {
    use odd_contracts::EventType;

    use super::*;
    use crate::fixtures::event;

    #[test]
    fn only_the_next_event_is_added() {
        let mut events = JobEvents::of(vec![event(1, EventType::Created, 0)]);
        assert!(events.push(&event(2, EventType::Validated, 1)));
        assert!(events.push(&event(2, EventType::Validated, 1)), "a copy");
        assert!(
            !events.push(&event(4, EventType::Completed, 2)),
            "3 is missing"
        );
        assert_eq!(events.all().len(), 2);
    }

    #[test]
    fn newest_events_are_kept() {
        let mut events = JobEvents::default();
        for version in 1..=1_200 {
            events.push(&event(version, EventType::Progressed, 0));
        }
        assert_eq!(events.all().len(), LIMIT);
        assert_eq!(events.all()[0].payload.version, 201);
        assert!(events.is_cut());
    }
}
