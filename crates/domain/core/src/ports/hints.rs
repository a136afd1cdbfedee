use async_trait::async_trait;
use odd_contracts::Timestamp;

use crate::StoreTime;

/// Values that change when a waiting caller may have something to do, so that it need not poll. A hint, not a guarantee.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Hint {
    /// Number of requests to stop a running job. Renewing the leases returns which jobs are to stop.
    pub cancel_requests: u64,
    /// Earliest time at which a waiting job may be due, as [steady time](crate::StoreTime::steady).
    pub next_due: Option<Timestamp>,
}

/// Wakes callers that wait for requests to cancel or for due jobs.
#[async_trait]
pub trait StoreHints: Send + Sync + 'static {
    /// Waits until the store's hint differs from `last`, and returns it. Cancel-safe.
    async fn next_hint(&self, last: Hint) -> Hint;

    /// Returns the current time of the store.
    fn time(&self) -> StoreTime;
}
