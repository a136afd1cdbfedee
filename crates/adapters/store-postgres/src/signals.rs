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

    /// The next time that a job waits for is about to be looked up: what is told from now on may not be seen by that.
    pub(crate) fn next_due_is_asked(&self) {
        self.hint.send_if_modified(|hint| {
            hint.next_due = None;
            false
        });
    }

    /// When it was asked for, no job waited for an earlier time than this.
    pub(crate) fn next_due_was(&self, next: Option<Timestamp>) {
        self.hint.send_if_modified(|hint| {
            let told = hint.next_due;
            hint.next_due = told.into_iter().chain(next).min();
            hint.next_due != told
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_is_told_while_the_next_is_looked_up_counts() {
        let at = |second: i64| Timestamp::from_micros(second * 1_000_000);
        let signals = Signals::new();
        let mut hint = signals.hint.subscribe();
        for (told, found, next) in [
            (None, Some(at(30)), Some(at(30))),
            (Some(at(10)), Some(at(30)), Some(at(10))),
            (Some(at(40)), Some(at(30)), Some(at(30))),
            (Some(at(40)), None, Some(at(40))),
            (None, None, None),
        ] {
            signals.next_due_is_asked();
            told.into_iter().for_each(|told| signals.is_due_at(told));
            signals.next_due_was(found);
            assert_eq!(hint.borrow_and_update().next_due, next);
        }
    }
}
