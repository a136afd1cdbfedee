//! Running attempts, as the writer keeps them and as readers see them.

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock};

use foldhash::HashMap;
use odd_contracts::{Job, JobId, Timestamp};

use crate::row::JobRow;

/// An attempt that a worker holds the lease of.
#[derive(Debug, Clone)]
pub(crate) struct RunningAttempt {
    /// Its job, EXECUTING. The row in the file may be older.
    pub(crate) row: JobRow,
    pub(crate) worker: Arc<str>,
    /// By the time of leases inside a process.
    pub(crate) expires_at: Timestamp,
    /// The row of `claims` that contains the attempt.
    pub(crate) claim: i64,
}

/// Running attempts by job.
pub(crate) type AttemptsByJob = HashMap<JobId, Arc<RunningAttempt>>;

/// The running attempts of the last durable transaction. Rows in the file may be older: a reader first asks here, then
/// opens its snapshot of the file, and uses the newer version of each job. An attempt that is missing here has ended in
/// the file by then. Cheap to clone; clones share.
#[derive(Clone, Default)]
pub(crate) struct PublishedAttempts {
    attempts: Arc<RwLock<Arc<AttemptsByJob>>>,
}

impl PublishedAttempts {
    pub(crate) fn get(&self, id: JobId) -> Option<Arc<RunningAttempt>> {
        let attempts = self.attempts.read().unwrap_or_else(PoisonError::into_inner);
        attempts.get(&id).cloned()
    }

    pub(crate) fn all(&self) -> Arc<AttemptsByJob> {
        let attempts = self.attempts.read().unwrap_or_else(PoisonError::into_inner);
        attempts.clone()
    }

    /// Returns the number of attempts of each worker.
    pub(crate) fn by_worker(&self) -> BTreeMap<String, u64> {
        let mut counts: BTreeMap<String, u64> = BTreeMap::new();
        for attempt in self.all().values() {
            match counts.get_mut(&*attempt.worker) {
                Some(count) => *count += 1,
                None => drop(counts.insert(attempt.worker.to_string(), 1)),
            }
        }
        counts
    }

    /// Applies the changes of a durable transaction; an absent attempt has ended.
    pub(crate) fn update(
        &self,
        changes: impl Iterator<Item = (JobId, Option<Arc<RunningAttempt>>)>,
    ) {
        let mut changes = changes.peekable();
        if changes.peek().is_none() {
            return;
        }
        let mut attempts = self
            .attempts
            .write()
            .unwrap_or_else(PoisonError::into_inner);
        // Copies the map if a reader still uses the previous one.
        let attempts = Arc::make_mut(&mut attempts);
        for (id, attempt) in changes {
            match attempt {
                Some(attempt) => attempts.insert(id, attempt),
                None => attempts.remove(&id),
            };
        }
    }
}

/// Updates a job that was read from the file from its running attempt, if that is newer.
pub(crate) fn update_from_attempt(job: &mut Job, attempt: &RunningAttempt) {
    let row = &attempt.row;
    let state = &row.state;
    if state.version < job.version {
        return;
    }
    // Requests to stop have no version: the file may contain one that came later. It remains until the attempt ends.
    let is_same_version = state.version == job.version;
    job.cancel_requested = state.cancel_requested || (is_same_version && job.cancel_requested);
    job.status = state.status;
    job.version = state.version;
    job.attempt = state.attempt;
    job.updated_at = row.updated_at;
    job.started_at = state.started_at;
    job.run_at = None;
    job.finished_at = None;
    job.progress.clone_from(&state.progress);
}
