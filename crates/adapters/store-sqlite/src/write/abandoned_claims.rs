use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use odd_core::ports::{ClaimedJob, Lease};

/// Leases of claims whose callers went away before they received them; the writer releases them with its next
/// transaction. Cheap to clone; clones share.
#[derive(Clone)]
pub(super) struct AbandonedClaims {
    leases: Arc<Mutex<Vec<Lease>>>,
    wake_writer: Arc<dyn Fn() + Send + Sync>,
}

impl AbandonedClaims {
    /// Creates an empty list; `wake_writer` is called when leases were added.
    pub(super) fn new(wake_writer: impl Fn() + Send + Sync + 'static) -> Self {
        Self {
            leases: Arc::default(),
            wake_writer: Arc::new(wake_writer),
        }
    }

    /// Returns claimed jobs on their way to the caller.
    pub(super) fn guard(&self, jobs: Vec<ClaimedJob>) -> ClaimGuard {
        ClaimGuard {
            jobs,
            abandoned: self.clone(),
        }
    }

    pub(super) fn is_empty(&self) -> bool {
        self.lock().is_empty()
    }

    /// Moves all leases to the end of `leases`.
    pub(super) fn drain_into(&self, leases: &mut Vec<Lease>) {
        leases.append(&mut self.lock());
    }

    fn lock(&self) -> MutexGuard<'_, Vec<Lease>> {
        self.leases.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Claimed jobs on their way to the caller. Their leases are abandoned if it is dropped on the way.
pub(crate) struct ClaimGuard {
    jobs: Vec<ClaimedJob>,
    abandoned: AbandonedClaims,
}

impl ClaimGuard {
    /// Returns the jobs; the caller owns their leases from now on.
    pub(crate) fn into_jobs(mut self) -> Vec<ClaimedJob> {
        std::mem::take(&mut self.jobs)
    }
}

impl Drop for ClaimGuard {
    fn drop(&mut self) {
        if !self.jobs.is_empty() {
            let leases = self.jobs.iter().map(|job| job.lease);
            self.abandoned.lock().extend(leases);
            (self.abandoned.wake_writer)();
        }
    }
}
