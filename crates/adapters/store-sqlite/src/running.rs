//! Running attempts as readers see them.

use std::sync::{Arc, PoisonError, RwLock};

use foldhash::HashMap;
use odd_contracts::{Job, JobId};

use crate::write::Held;

/// The running attempts of the last durable transaction. Rows of the file lag behind them: a reader looks here first,
/// then opens its snapshot of the file, and believes whichever knows the newer version of a job. An attempt that is not
/// here any more has ended in the file by then. Cheap to clone; clones share.
#[derive(Clone, Default)]
pub(crate) struct Running {
    held: Arc<RwLock<Arc<RunningNow>>>,
}

/// What was running when a reader began.
pub(crate) type RunningNow = HashMap<JobId, Arc<Held>>;

impl Running {
    pub(crate) fn get(&self, id: JobId) -> Option<Arc<Held>> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        held.get(&id).cloned()
    }

    pub(crate) fn all(&self) -> Arc<RunningNow> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner);
        held.clone()
    }

    pub(crate) fn update(&self, changes: impl Iterator<Item = (JobId, Option<Arc<Held>>)>) {
        let mut changes = changes.peekable();
        if changes.peek().is_none() {
            return;
        }
        let mut shown = self.held.write().unwrap_or_else(PoisonError::into_inner);
        // Copied where a reader still looks at the one before.
        let shown = Arc::make_mut(&mut shown);
        for (id, held) in changes {
            match held {
                Some(held) => shown.insert(id, held),
                None => shown.remove(&id),
            };
        }
    }
}

/// Brings a job that was read from the file up to what is known of its running attempt.
pub(crate) fn show(held: &Held, job: &mut Job) {
    let row = &held.row;
    if row.version < job.version {
        return;
    }
    job.status = row.status;
    job.attempt = row.attempt;
    job.updated_at = row.updated_at;
    job.started_at = row.started_at;
    job.run_at = None;
    job.finished_at = None;
    job.progress.clone_from(&row.state.progress);
    // A request is no transition: the file may know of one that came later. It stands until the attempt ends.
    let is_same = row.version == job.version;
    job.cancel_requested = row.state.cancel_requested || (is_same && job.cancel_requested);
    job.version = row.version;
}
