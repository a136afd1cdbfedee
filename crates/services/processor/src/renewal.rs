use std::sync::Arc;

use odd_core::ports::{ErrorChain, Hint, StoreError};
use tokio::time::{Instant, MissedTickBehavior};

use crate::context::ProcessorContext;

/// Renews all leases at regular intervals, and whenever a running job was asked to stop. Runs until dropped.
pub(crate) async fn renew_leases(context: Arc<ProcessorContext>) {
    let renew_every = context.config.renew_every;
    let mut tick = tokio::time::interval_at(Instant::now() + renew_every, renew_every);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut hint = Hint::default();
    loop {
        tokio::select! {
            _ = tick.tick() => {}
            () = context.leases.added_late() => {}
            () = next_cancel_request(&context, &mut hint) => {
                context.leases.note_cancel_request(context.hints.time().steady);
            }
        }
        if let Err(error) = renew_all(&context).await {
            tracing::warn!(error = %ErrorChain(&error), "failed to renew leases; retrying with the next renewal");
        }
    }
}

async fn next_cancel_request(context: &ProcessorContext, last: &mut Hint) {
    loop {
        let hint = context.hints.next_hint(*last).await;
        let is_new = hint.cancel_requests != last.cancel_requests;
        *last = hint;
        if is_new {
            return;
        }
    }
}

/// Renews all leases once, and notifies the attempts whose lease was lost or whose job is to stop.
pub(crate) async fn renew_all(context: &ProcessorContext) -> Result<(), StoreError> {
    let leases = context.leases.leases();
    if leases.is_empty() {
        return Ok(());
    }
    let renewals = context
        .work
        .renew(leases.clone(), context.config.lease)
        .await?;
    for (lease, renewal) in leases.iter().zip(renewals) {
        context.leases.notify(lease, renewal);
    }
    Ok(())
}
