//! Tells callers and followers what became of a transaction, while the writer goes on with the next one. Waking tasks
//! costs a thread outside the runtime far more than a task inside it.

use std::sync::Arc;

use odd_core::ports::{EventSink, LogRecord, StoreError};
use tokio::sync::{mpsc, oneshot};

use super::Step;
use super::returns::Claimed;

/// Transactions that may wait to be announced; the writer waits for room for another.
const CAPACITY: usize = 64;

/// What there is to tell of a transaction.
pub(super) struct Announcement {
    pub(super) committed: Result<(), StoreError>,
    pub(super) entries: Vec<LogRecord>,
    pub(super) steps: Vec<Box<dyn Step>>,
    pub(super) claims: Vec<AnsweredClaim>,
}

/// A claim that has waited long enough.
pub(super) struct AnsweredClaim {
    pub(super) reply: oneshot::Sender<Result<Claimed, StoreError>>,
    pub(super) answer: Result<Claimed, StoreError>,
}

enum News {
    Transaction(Announcement),
    Stopped(oneshot::Sender<()>),
}

/// Hands announcements over to a task.
pub(super) struct Announcer {
    news: mpsc::Sender<News>,
}

impl Announcer {
    /// Starts the task on the present runtime.
    pub(super) fn start(sink: Arc<dyn EventSink>) -> Self {
        let (news, mut inbox) = mpsc::channel(CAPACITY);
        tokio::spawn(async move {
            while let Some(news) = inbox.recv().await {
                match news {
                    News::Transaction(announcement) => announcement.tell(&*sink),
                    News::Stopped(reply) => {
                        let _ = reply.send(());
                    }
                }
            }
        });
        Self { news }
    }

    /// Announces transactions in the order in which they are handed over.
    pub(super) fn announce(&self, announcement: Announcement) {
        // When the runtime is gone, so is everybody who might listen.
        let _ = self.news.blocking_send(News::Transaction(announcement));
    }

    /// Answers `reply` after everything that was announced before.
    pub(super) fn stopped(self, reply: oneshot::Sender<()>) {
        let _ = self.news.blocking_send(News::Stopped(reply));
    }
}

impl Announcement {
    fn tell(self, sink: &dyn EventSink) {
        if self.committed.is_ok() && !self.entries.is_empty() {
            sink.committed(self.entries);
        }
        for step in self.steps {
            step.answer(&self.committed);
        }
        for AnsweredClaim { reply, answer } in self.claims {
            // Where nobody listens any more, the answer is dropped, and with it the claims are given back.
            let _ = reply.send(answer);
        }
    }
}
