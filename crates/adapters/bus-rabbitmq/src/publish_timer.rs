use std::sync::Arc;

use odd_core::ports::{LogEntry, LogRecord};
use odd_core::{Clock, PublishLatency};

use crate::sender::Commit;

/// Measures how long commits wait to be sent and to be confirmed. The trace of an event in a commit is its exemplar.
#[derive(Clone)]
pub(crate) struct PublishTimer {
    /// The clock of the store, which the time of an event comes from.
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) latency: PublishLatency,
}

impl PublishTimer {
    /// Measures the events of a commit that is sent now.
    pub(crate) fn sent(&self, entries: &[LogRecord]) {
        let mut events = entries.iter().filter_map(|record| match &record.entry {
            LogEntry::Event(event) => Some(event),
            LogEntry::Pruned { .. } => None,
        });
        // All events of a commit have the same time.
        let Some(first) = events.next() else {
            return;
        };
        let now = self.clock.now();
        let waited = now.fractional_millis_since(first.occurred_at) / 1_000.0;
        let (mut count, mut trace) = (1, first.trace);
        for event in events {
            count += 1;
            trace = trace.or(event.trace);
        }
        let exemplar = trace.map(|trace| (trace.into(), now));
        self.latency.outbox.observe_group(waited, count, exemplar);
    }

    /// Measures the events of a commit that is confirmed now.
    pub(crate) fn confirmed(&self, commit: &Commit) {
        let took = commit.sent_at.elapsed().as_secs_f64();
        let exemplar = commit.trace.map(|trace| (trace.into(), self.clock.now()));
        let events = commit.events as u64;
        self.latency.broker.observe_group(took, events, exemplar);
    }
}
