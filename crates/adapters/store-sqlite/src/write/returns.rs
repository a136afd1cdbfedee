use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use odd_core::ports::{ClaimedJob, Lease};
use tokio::sync::mpsc;

use super::Message;

/// Claims that nobody took, on their way back to the writer. Cheap to clone.
#[derive(Clone)]
pub(super) struct Returns {
    leases: Arc<Mutex<Vec<Lease>>>,
    writer: mpsc::WeakSender<Message>,
}

impl Returns {
    /// Nothing yet; `writer` is woken when there is something.
    pub(super) fn new(writer: mpsc::WeakSender<Message>) -> Self {
        Self {
            leases: Arc::default(),
            writer,
        }
    }

    /// Claims that come back unless somebody takes them.
    pub(super) fn guard(&self, jobs: Vec<ClaimedJob>) -> Claimed {
        Claimed {
            jobs,
            returns: self.clone(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// Moves what came back to the end of `leases`.
    pub(super) fn drain_into(&self, leases: &mut Vec<Lease>) {
        leases.append(&mut self.lock());
    }

    fn give_back(&self, jobs: &[ClaimedJob]) {
        self.lock().extend(jobs.iter().map(|job| job.lease));
        if let Some(writer) = self.writer.upgrade() {
            // A writer with a full inbox is awake; it takes back claims with every transaction.
            let _ = writer.try_send(Message::Wake);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Lease>> {
        self.leases.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Claimed jobs on their way to the caller. Dropped on the way, they are given back.
pub(crate) struct Claimed {
    jobs: Vec<ClaimedJob>,
    returns: Returns,
}

impl Claimed {
    /// The jobs; they are the caller's now.
    pub(crate) fn take(mut self) -> Vec<ClaimedJob> {
        std::mem::take(&mut self.jobs)
    }
}

impl Drop for Claimed {
    fn drop(&mut self) {
        if !self.jobs.is_empty() {
            self.returns.give_back(&self.jobs);
        }
    }
}
