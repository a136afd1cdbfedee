use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use odd_contracts::Timestamp;
use odd_core::ports::{Hint, Lease, Renewal, StoreError};
use tokio::sync::Notify;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use crate::environment::Environment;

/// How the holder of a lease hears of it.
#[derive(Clone)]
pub(crate) struct LeaseSignals {
    /// The job was asked to stop.
    pub(crate) cancel: CancellationToken,
    /// The lease is gone: the attempt no longer counts.
    pub(crate) lost: CancellationToken,
}

/// The leases that this process holds for longer than a moment.
#[derive(Default)]
pub(crate) struct LeaseTable {
    held: Mutex<Held>,
    /// A lease came after a request to cancel that it may be about.
    came_late: Notify,
}

#[derive(Default)]
struct Held {
    leases: HashMap<Lease, LeaseSignals>,
    /// When this process last heard of a request to cancel.
    cancel_heard_at: Option<Timestamp>,
}

/// Keeps a lease in the table until dropped.
pub(crate) struct HeldLease {
    environment: Arc<Environment>,
    lease: Lease,
}

impl Drop for HeldLease {
    fn drop(&mut self) {
        self.environment.leases.lock().leases.remove(&self.lease);
    }
}

impl LeaseTable {
    /// Has `lease`, given at `claimed_at`, renewed until the returned guard is dropped.
    pub(crate) fn hold(
        environment: &Arc<Environment>,
        lease: Lease,
        claimed_at: Timestamp,
        signals: LeaseSignals,
    ) -> HeldLease {
        let mut held = environment.leases.lock();
        held.leases.insert(lease, signals);
        if held.cancel_heard_at >= Some(claimed_at) {
            environment.leases.came_late.notify_one();
        }
        drop(held);
        HeldLease {
            environment: environment.clone(),
            lease,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.lock().leases.len()
    }

    fn leases(&self) -> Vec<Lease> {
        self.lock().leases.keys().copied().collect()
    }

    fn tell(&self, lease: &Lease, renewal: Renewal) {
        let held = self.lock();
        let Some(signals) = held.leases.get(lease) else {
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

    fn lock(&self) -> MutexGuard<'_, Held> {
        self.held.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Renews all leases every now and then, and whenever a running job was asked to stop. Runs until dropped.
pub(crate) async fn keep_leases(environment: Arc<Environment>) {
    let mut tick = tokio::time::interval(environment.config.renew_every);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut hint = Hint::default();
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            () = environment.leases.came_late.notified() => {}
            () = next_cancel_request(&environment, &mut hint) => {
                environment.leases.lock().cancel_heard_at = Some(environment.clock.now());
            }
        }
        if let Err(error) = renew_all(&environment).await {
            tracing::warn!(%error, "leases could not be renewed; the next round tries again");
        }
    }
}

async fn next_cancel_request(environment: &Environment, last: &mut Hint) {
    loop {
        let hint = environment.hints.next_hint(*last).await;
        let is_new = hint.cancel_requests != last.cancel_requests;
        *last = hint;
        if is_new {
            return;
        }
    }
}

async fn renew_all(environment: &Environment) -> Result<(), StoreError> {
    let leases = environment.leases.leases();
    if leases.is_empty() {
        return Ok(());
    }
    let renewals = environment
        .work
        .renew(leases.clone(), environment.config.lease)
        .await?;
    for (lease, renewal) in leases.iter().zip(renewals) {
        environment.leases.tell(lease, renewal);
    }
    Ok(())
}
