use std::sync::Arc;
use std::time::Duration;

use odd_contracts::Timestamp;
use odd_core::ports::{Admission, Clock, Leadership, Maintenance, StoreHints, WorkQueue};
use odd_worker::HandlerRegistry;
use tokio_util::sync::CancellationToken;

use crate::Config;
use crate::leases::LeaseTable;
use crate::metrics::JobMetrics;
use crate::recorder::RecorderHandle;
use crate::throttle::Throttle;

/// What the parts of a processor share.
pub(crate) struct ProcessorContext {
    pub(crate) config: Config,
    pub(crate) work: Arc<dyn WorkQueue>,
    pub(crate) hints: Arc<dyn StoreHints>,
    pub(crate) maintenance: Arc<dyn Maintenance>,
    pub(crate) leadership: Arc<dyn Leadership>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) registry: HandlerRegistry,
    pub(crate) admission: Arc<dyn Admission>,
    pub(crate) worker_id: Arc<str>,
    pub(crate) leases: Arc<LeaseTable>,
    pub(crate) recorder: RecorderHandle,
    pub(crate) metrics: Arc<JobMetrics>,
    pub(crate) throttle: Arc<Throttle>,
    /// Stops running attempts early; their jobs are released.
    pub(crate) release: CancellationToken,
}

impl ProcessorContext {
    /// Returns the steady time at which a lease that was never renewed was granted.
    pub(crate) fn claimed_at(&self, lease_expires_at: Timestamp) -> Timestamp {
        lease_expires_at.minus_millis(millis(self.config.lease))
    }

    /// Returns `true` if a lease expires so soon that another worker may claim the job before this one renews it.
    pub(crate) fn is_about_to_expire(&self, lease_expires_at: Timestamp) -> bool {
        let margin_ms = millis(self.config.lease) / 3;
        lease_expires_at <= self.hints.time().steady.plus_millis(margin_ms)
    }
}

fn millis(duration: Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
