use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use odd_contracts::Timestamp;
use odd_core::ports::{Lease, Renewal};
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// How an attempt is notified about its lease.
#[derive(Clone)]
pub(crate) struct LeaseSignals {
    /// Cancelled when the job was asked to stop.
    pub(crate) cancel: CancellationToken,
    /// Cancelled when the lease is gone: the attempt no longer counts.
    pub(crate) lost: CancellationToken,
}

/// The leases of the supervised attempts in this process: those that did not finish at once.
#[derive(Default)]
pub(crate) struct LeaseTable {
    state: Mutex<LeaseState>,
    /// Notified when a lease was added after a cancel request that may concern it.
    added_late: Notify,
}

#[derive(Default)]
struct LeaseState {
    signals: HashMap<Lease, LeaseSignals>,
    /// The steady time at which this process last learned of a cancel request.
    cancel_requested_at: Option<Timestamp>,
}

/// Keeps a lease in the table until dropped.
pub(crate) struct LeaseGuard {
    table: Arc<LeaseTable>,
    lease: Lease,
}

impl Drop for LeaseGuard {
    fn drop(&mut self) {
        self.table.lock().signals.remove(&self.lease);
    }
}

impl LeaseTable {
    /// Adds `lease`, granted at the steady time `claimed_at`, so that it is renewed until the returned guard is dropped.
    pub(crate) fn hold(
        self: &Arc<Self>,
        lease: Lease,
        claimed_at: Timestamp,
        signals: LeaseSignals,
    ) -> LeaseGuard {
        let mut state = self.lock();
        state.signals.insert(lease, signals);
        if state.cancel_requested_at >= Some(claimed_at) {
            self.added_late.notify_one();
        }
        drop(state);
        LeaseGuard {
            table: self.clone(),
            lease,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.lock().signals.len()
    }

    pub(crate) fn leases(&self) -> Vec<Lease> {
        self.lock().signals.keys().copied().collect()
    }

    /// Signals the attempt when its lease was lost or its job is to stop.
    pub(crate) fn notify(&self, lease: &Lease, renewal: Renewal) {
        let state = self.lock();
        let Some(signals) = state.signals.get(lease) else {
            return;
        };
        match renewal {
            Renewal::Lost => signals.lost.cancel(),
            Renewal::Renewed {
                cancel_requested: true,
                ..
            } => signals.cancel.cancel(),
            Renewal::Renewed { .. } => {}
        }
    }

    /// Notes that a running job was asked to stop. Leases granted before are renewed next, later ones when they are added.
    pub(crate) fn note_cancel_request(&self, at: Timestamp) {
        self.lock().cancel_requested_at = Some(at);
    }

    /// Waits until a lease is added that an earlier cancel request may concern.
    pub(crate) async fn added_late(&self) {
        self.added_late.notified().await;
    }

    fn lock(&self) -> MutexGuard<'_, LeaseState> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
