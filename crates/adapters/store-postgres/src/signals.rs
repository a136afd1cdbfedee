use std::time::Duration;

use odd_contracts::Timestamp;
use odd_core::ports::Hint;
use tokio::sync::watch;

/// What the parts of a process that wait for the store are told.
pub(crate) struct Signals {
    /// Counts up when jobs may have become ready.
    ready: watch::Sender<u64>,
    hint: watch::Sender<Hint>,
}

impl Signals {
    pub(crate) fn new() -> Self {
        Self {
            ready: watch::Sender::new(0),
            hint: watch::Sender::new(Hint::default()),
        }
    }

    /// Wakes waiting claims.
    pub(crate) fn jobs_are_ready(&self) {
        self.ready.send_modify(|count| *count += 1);
    }

    /// Sees every later call of [`Signals::jobs_are_ready`].
    pub(crate) fn readiness(&self) -> Readiness {
        Readiness(self.ready.subscribe())
    }

    /// A running job was asked to stop.
    pub(crate) fn stop_was_requested(&self) {
        self.hint.send_modify(|hint| hint.cancel_requests += 1);
    }

    /// A job waits for this time.
    pub(crate) fn is_due_at(&self, at: Timestamp) {
        self.hint.send_if_modified(|hint| {
            let is_earlier = hint.next_due.is_none_or(|due| at < due);
            if is_earlier {
                hint.next_due = Some(at);
            }
            is_earlier
        });
    }

    /// No job waits for an earlier time than this.
    pub(crate) fn next_due_is(&self, next: Option<Timestamp>) {
        self.hint.send_if_modified(|hint| {
            let is_other = hint.next_due != next;
            hint.next_due = next;
            is_other
        });
    }

    /// Waits until the hint differs from `last`.
    pub(crate) async fn next_hint(&self, last: Hint) -> Hint {
        let mut hint = self.hint.subscribe();
        let differs = hint.wait_for(|hint| *hint != last);
        *differs
            .await
            .expect("the sender lives as long as the store")
    }
}

/// A waiting claim's ear.
pub(crate) struct Readiness(watch::Receiver<u64>);

impl Readiness {
    /// Waits for news, or for so long.
    pub(crate) async fn news_within(&mut self, patience: Duration) {
        // A store that is gone has no news; the wait ends then as well.
        let _ = tokio::time::timeout(patience, self.0.changed()).await;
    }
}
