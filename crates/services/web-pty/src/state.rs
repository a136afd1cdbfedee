use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::config::Config;
use crate::metrics::TerminalMetrics;
use crate::registry::Registry;

/// What requests and connections share.
pub(crate) struct Server {
    pub(crate) config: Config,
    pub(crate) registry: Registry,
    pub(crate) metrics: TerminalMetrics,
    /// Ends every session.
    pub(crate) stop: CancellationToken,
    /// The sessions that run.
    pub(crate) sessions: TaskTracker,
}

pub(crate) type SharedState = Arc<Server>;
