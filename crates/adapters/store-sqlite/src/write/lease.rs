use odd_core::ports::{Lease, Renewal};

use super::session::Session;
use crate::running::RunningAttempt;

/// Extends leases to `lease_ms` from now. Returns one renewal for each, in order.
pub(crate) fn renew(
    session: &mut Session<'_, '_>,
    leases: &[Lease],
    lease_ms: u64,
) -> Vec<Renewal> {
    let expires_at = session.lease_time().plus_millis(lease_ms);
    let shown = session.time().steady.plus_millis(lease_ms);
    let running = &mut session.state.running;
    leases
        .iter()
        .map(|lease| match running.leased(*lease) {
            Err(_) => Renewal::Lost,
            Ok(attempt) => {
                running.update(RunningAttempt {
                    expires_at,
                    ..RunningAttempt::clone(&attempt)
                });
                Renewal::Renewed {
                    expires_at: shown,
                    cancel_requested: attempt.row.state.cancel_requested,
                }
            }
        })
        .collect()
}
