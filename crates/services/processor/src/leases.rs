use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use odd_core::ports::{Hint, Lease, Renewal, StoreError};
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
    held: Mutex<HashMap<Lease, LeaseSignals>>,
}

/// Keeps a lease in the table until dropped.
pub(crate) struct HeldLease {
    environment: Arc<Environment>,
    lease: Lease,
}

impl Drop for HeldLease {
    fn drop(&mut self) {
        self.environment.leases.lock().remove(&self.lease);
    }
}

impl LeaseTable {
    /// Has `lease` renewed until the returned guard is dropped.
    pub(crate) fn hold(
        environment: &Arc<Environment>,
        lease: Lease,
        signals: LeaseSignals,
    ) -> HeldLease {
        environment.leases.lock().insert(lease, signals);
        HeldLease {
            environment: environment.clone(),
            lease,
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.lock().len()
    }

    fn leases(&self) -> Vec<Lease> {
        self.lock().keys().copied().collect()
    }

    fn tell(&self, lease: &Lease, renewal: Renewal) {
        let held = self.lock();
        let Some(signals) = held.get(lease) else {
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

    fn lock(&self) -> MutexGuard<'_, HashMap<Lease, LeaseSignals>> {
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
            () = next_cancel_request(&environment, &mut hint) => {}
        }
        if let Err(error) = renew_all(&environment).await {
            tracing::warn!(%error, "leases could not be renewed; the next round tries again");
        }
    }
}

async fn next_cancel_request(environment: &Environment, last: &mut Hint) {
    loop {
        let hint = environment.store.next_hint(*last).await;
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
        .store
        .renew(leases.clone(), environment.config.lease)
        .await?;
    for (lease, renewal) in leases.iter().zip(renewals) {
        environment.leases.tell(lease, renewal);
    }
    Ok(())
}
