use std::sync::Arc;

use odd_core::ports::{Clock, JobStore};
use odd_worker::HandlerRegistry;
use tokio_util::sync::CancellationToken;

use crate::Config;
use crate::leases::LeaseTable;
use crate::metrics::JobMetrics;
use crate::settler::SettlerHandle;

/// What the parts of a processor share.
pub(crate) struct Environment {
    pub(crate) config: Config,
    pub(crate) store: Arc<dyn JobStore>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) registry: HandlerRegistry,
    pub(crate) worker_id: Arc<str>,
    pub(crate) leases: LeaseTable,
    pub(crate) settler: SettlerHandle,
    pub(crate) metrics: Arc<JobMetrics>,
    /// Ends running attempts at once; their jobs are given back.
    pub(crate) give_back: CancellationToken,
}
