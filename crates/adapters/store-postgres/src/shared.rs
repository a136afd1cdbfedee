use std::sync::Arc;
use std::sync::atomic::AtomicI64;

use deadpool_postgres::Pool;
use odd_contracts::Producer;
use odd_core::ports::{EventSink, LogRecord};
use tokio_util::task::TaskTracker;

use crate::codec::At;
use crate::listener::Notice;
use crate::producers::ProducerNames;
use crate::server_time::ServerTime;
use crate::signals::Signals;

/// On whose behalf an event is recorded.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Role {
    Gateway,
    Processor,
}

/// What every operation needs.
pub(crate) struct Shared {
    pub(crate) writers: Pool,
    pub(crate) readers: Pool,
    pub(crate) signals: Arc<Signals>,
    /// Tells this process from others.
    pub(crate) instance: String,
    pub(crate) clock: Option<Arc<dyn odd_core::Clock>>,
    pub(crate) gateway: (Arc<Producer>, i32),
    pub(crate) processor: (Arc<Producer>, i32),
    pub(crate) server_time: Arc<ServerTime>,
    pub(crate) producer_names: ProducerNames,
    pub(crate) sink: Arc<dyn EventSink>,
    /// Claims under way, and what is given back because nobody waited for it.
    pub(crate) claims: TaskTracker,
    /// Commits up to here have been looked at by pruning.
    pub(crate) pruned_to: AtomicI64,
    /// So have jobs up to this number.
    pub(crate) jobs_pruned_to: AtomicI64,
}

impl Shared {
    /// What statements take as the present: nothing, for the server's clock, except in tests.
    pub(crate) fn given_time(&self) -> Option<At> {
        self.clock.as_ref().map(|clock| At(clock.now()))
    }

    pub(crate) fn producer(&self, role: Role) -> (&Arc<Producer>, i32) {
        let (producer, id) = match role {
            Role::Gateway => &self.gateway,
            Role::Processor => &self.processor,
        };
        (producer, *id)
    }

    /// Says what a commit brought.
    pub(crate) fn tell(&self, entries: &[LogRecord], notice: &Notice, makes_ready: bool) {
        if !entries.is_empty() {
            self.sink.committed(entries.to_vec());
        }
        notice.pass_on(&self.signals);
        if makes_ready {
            self.signals.jobs_are_ready();
        }
    }
}
