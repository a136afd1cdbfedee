use std::time::Duration;

use odd_contracts::Timestamp;
use odd_core::ports::Hint;
use tokio::sync::watch;

/// Notifications for the parts of this process that wait for the store.
pub(crate) struct Signals {
    /// Counts the times that jobs may have become ready.
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
    pub(crate) fn notify_ready(&self) {
        self.ready.send_modify(|count| *count += 1);
    }

    /// Subscribes to later calls of [`Signals::notify_ready`].
    pub(crate) fn subscribe_ready(&self) -> Readiness {
        Readiness(self.ready.subscribe())
    }

    /// Notifies that a running job was asked to stop.
    pub(crate) fn notify_stop(&self) {
        self.hint.send_modify(|hint| hint.cancel_requests += 1);
    }

    /// Notifies that a job is due at this time.
    pub(crate) fn notify_due(&self, at: Timestamp) {
        self.hint.send_if_modified(|hint| {
            let is_earlier = hint.next_due.is_none_or(|due| at < due);
            if is_earlier {
                hint.next_due = Some(at);
            }
            is_earlier
        });
    }

    /// Forgets the next due time before it is queried. The query may miss jobs that are notified from now on.
    pub(crate) fn begin_due_query(&self) {
        self.hint.send_if_modified(|hint| {
            hint.next_due = None;
            false
        });
    }

    /// Sets the result of the query for the next due time, unless an earlier time was notified meanwhile.
    pub(crate) fn finish_due_query(&self, next: Option<Timestamp>) {
        self.hint.send_if_modified(|hint| {
            let notified = hint.next_due;
            hint.next_due = notified.into_iter().chain(next).min();
            hint.next_due != notified
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

/// A waiting claim's subscription.
pub(crate) struct Readiness(watch::Receiver<u64>);

impl Readiness {
    /// Waits for the next notification, up to `timeout`.
    pub(crate) async fn changed_within(&mut self, timeout: Duration) {
        // Also ends when the store is dropped.
        let _ = tokio::time::timeout(timeout, self.0.changed()).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn due_times_that_are_notified_during_a_query_are_kept() {
        let at = |second: i64| Timestamp::from_micros(second * 1_000_000);
        let signals = Signals::new();
        let mut hint = signals.hint.subscribe();
        for (notified, found, next) in [
            (None, Some(at(30)), Some(at(30))),
            (Some(at(10)), Some(at(30)), Some(at(10))),
            (Some(at(40)), Some(at(30)), Some(at(30))),
            (Some(at(40)), None, Some(at(40))),
            (None, None, None),
        ] {
            signals.begin_due_query();
            notified.into_iter().for_each(|at| signals.notify_due(at));
            signals.finish_due_query(found);
            assert_eq!(hint.borrow_and_update().next_due, next);
        }
    }
}
