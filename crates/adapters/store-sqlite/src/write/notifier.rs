//! Notifies callers and followers of the outcome of a transaction while the writer runs the next one. Waking tasks from a
//! thread outside the runtime costs far more than from a task inside it.

use std::sync::Arc;

use odd_core::ports::{EventSink, LogRecord, StoreError};
use tokio::sync::{mpsc, oneshot};

use super::abandoned_claims::ClaimGuard;
use super::message::Step;

/// Transactions that may wait for their notification; the writer blocks beyond.
const CAPACITY: usize = 64;

/// The outcome of a transaction and everything that depends on it.
pub(super) struct Outcome {
    pub(super) committed: Result<(), StoreError>,
    pub(super) records: Vec<LogRecord>,
    pub(super) steps: Vec<Box<dyn Step>>,
    pub(super) claims: Vec<AnsweredClaim>,
}

/// A claim with its answer.
pub(super) struct AnsweredClaim {
    pub(super) reply: oneshot::Sender<Result<ClaimGuard, StoreError>>,
    pub(super) answer: Result<ClaimGuard, StoreError>,
}

enum Notification {
    Transaction(Outcome),
    Stopped(oneshot::Sender<()>),
}

/// Passes outcomes to the task that notifies.
pub(super) struct Notifier {
    notifications: mpsc::Sender<Notification>,
}

impl Notifier {
    /// Starts the task on the current runtime.
    pub(super) fn start(sink: Arc<dyn EventSink>) -> Self {
        let (notifications, mut inbox) = mpsc::channel(CAPACITY);
        tokio::spawn(async move {
            while let Some(notification) = inbox.recv().await {
                match notification {
                    Notification::Transaction(outcome) => outcome.notify(&*sink),
                    Notification::Stopped(reply) => {
                        let _ = reply.send(());
                    }
                }
            }
        });
        Self { notifications }
    }

    /// Notifies of a transaction, after those that were passed before. Blocks while too many wait.
    pub(super) fn notify(&self, outcome: Outcome) {
        // Without a runtime, no task waits for the outcome.
        let _ = self
            .notifications
            .blocking_send(Notification::Transaction(outcome));
    }

    /// Replies that the writer has stopped, after all notifications.
    pub(super) fn stop(self, reply: oneshot::Sender<()>) {
        let _ = self
            .notifications
            .blocking_send(Notification::Stopped(reply));
    }
}

impl Outcome {
    fn notify(self, sink: &dyn EventSink) {
        if self.committed.is_ok() && !self.records.is_empty() {
            sink.committed(self.records);
        }
        for step in self.steps {
            step.answer(&self.committed);
        }
        for AnsweredClaim { reply, answer } in self.claims {
            // If the caller went away, the answer is dropped, which abandons its leases.
            let _ = reply.send(answer);
        }
    }
}
