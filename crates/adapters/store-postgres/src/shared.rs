use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use deadpool_postgres::Pool;
use odd_contracts::Producer;
use odd_core::ports::{EventSink, LogRecord};
use odd_core::{Clock, TransactionCounters};
use tokio_util::task::TaskTracker;

use crate::codec::SqlTimestamp;
use crate::listener::Notice;
use crate::producers::ProducerCache;
use crate::server_time::ServerTime;
use crate::signals::Signals;

/// The service that an event names as its producer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Gateway,
    Processor,
}

/// The state that all operations of a store share.
pub(crate) struct Shared {
    pub(crate) writers: Pool,
    pub(crate) readers: Pool,
    pub(crate) transactions: Arc<TransactionCounters>,
    pub(crate) signals: Arc<Signals>,
    /// Identifies this process in notices to others.
    pub(crate) instance: String,
    /// Replaces the server's clock in tests.
    pub(crate) clock: Option<Arc<dyn Clock>>,
    /// The producer of the gateway's events, and its key in `producers`.
    pub(crate) gateway: (Arc<Producer>, i32),
    /// The producer of the processor's events, and its key in `producers`.
    pub(crate) processor: (Arc<Producer>, i32),
    pub(crate) server_time: Arc<ServerTime>,
    pub(crate) producers: ProducerCache,
    pub(crate) sink: Arc<dyn EventSink>,
    /// Running claims, and the release of jobs whose caller is gone.
    pub(crate) claims: TaskTracker,
    /// Pruning has checked all commits up to this position.
    pub(crate) pruned_to: AtomicI64,
    /// Pruning has checked all jobs up to this number.
    pub(crate) jobs_pruned_to: AtomicI64,
}

impl Shared {
    /// Returns the time that statements use as the present, or `None` for the server's clock.
    pub(crate) fn given_time(&self) -> Option<SqlTimestamp> {
        self.clock.as_ref().map(|clock| SqlTimestamp(clock.now()))
    }

    /// Returns the producer of a role's events, and its key in `producers`.
    pub(crate) fn producer(&self, role: Role) -> (&Arc<Producer>, i32) {
        let (producer, id) = match role {
            Role::Gateway => &self.gateway,
            Role::Processor => &self.processor,
        };
        (producer, *id)
    }

    /// Notifies the sink and the waiting parts of this process of a commit.
    pub(crate) fn notify(&self, entries: &[LogRecord], notice: &Notice, makes_ready: bool) {
        if !entries.is_empty() {
            self.sink.committed(entries.to_vec());
        }
        notice.notify(&self.signals);
        if makes_ready {
            self.signals.notify_ready();
        }
    }
}
