use async_trait::async_trait;
use odd_contracts::{JobStatus, JobType, Timestamp};

use crate::ports::StoreError;

/// The effect of ending expired leases.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Expiry {
    /// Number of leases that were processed.
    pub leases: usize,
    /// The attempts that were ended.
    pub lost: Vec<LostAttempt>,
}

/// An attempt that ended because its worker disappeared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LostAttempt {
    /// Type of the job.
    pub job_type: JobType,
    /// Run of the job that the attempt was part of, from 1.
    pub run: u32,
    /// Status of the job now.
    pub status: JobStatus,
}

/// Work that becomes due as time passes. Every method does a bounded amount of it; callers repeat the method while it
/// returns `limit`.
#[async_trait]
pub trait Maintenance: Send + Sync + 'static {
    /// Moves up to `limit` due SCHEDULED and RETRYING jobs to PENDING. Returns how many due times it
    /// processed, and when the next one is due, as [steady time](crate::StoreTime::steady).
    async fn promote_due(&self, limit: usize) -> Result<(usize, Option<Timestamp>), StoreError>;

    /// Ends up to `limit` attempts whose lease has expired. Also returns the attempts of an earlier process that the store
    /// ended when it was opened, once.
    async fn expire_leases(&self, limit: usize) -> Result<Expiry, StoreError>;

    /// Deletes up to `limit` terminal jobs that finished before `before`, with their history; dead letters stay.
    /// Returns how many. Deletes nothing while the wall clock is [not trusted](crate::StoreClock::is_trusted).
    async fn prune(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError>;
}
