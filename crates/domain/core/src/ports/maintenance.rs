use async_trait::async_trait;
use odd_contracts::Timestamp;

use crate::ports::StoreError;

/// Work that becomes due as time passes. Every method does a bounded amount of it; callers repeat the method while it
/// returns `limit`.
#[async_trait]
pub trait Maintenance: Send + Sync + 'static {
    /// Moves up to `limit` due SCHEDULED and RETRYING jobs to PENDING. Returns how many due times it
    /// processed, and when the next one is due.
    async fn promote_due(&self, limit: usize) -> Result<(usize, Option<Timestamp>), StoreError>;

    /// Ends up to `limit` attempts whose lease has expired. Returns how many leases it processed.
    async fn expire_leases(&self, limit: usize) -> Result<usize, StoreError>;

    /// Deletes up to `limit` terminal jobs that finished before `before`, with their history; dead letters stay.
    /// Returns how many.
    async fn prune(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError>;
}
