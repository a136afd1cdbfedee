use std::sync::Arc;

use odd_core::Clock;
use odd_core::ports::{AlertBook, EventBus, EventLog, JobReader, StoreStatistics, Views};

/// The adapters that a read model reads from.
#[derive(Clone)]
pub struct Ports {
    /// Jobs, from the authoritative store.
    pub jobs: Arc<dyn JobReader>,
    /// The event history.
    pub log: Arc<dyn EventLog>,
    /// Live events.
    pub bus: Arc<dyn EventBus>,
    /// Counts and time series.
    pub views: Arc<dyn Views>,
    /// The store's clock.
    pub clock: Arc<dyn Clock>,
    /// Figures of the store.
    pub statistics: Arc<dyn StoreStatistics>,
    /// The alerts of this process, if its metrics-engine evaluates the rules; otherwise they come from Alertmanager.
    pub alerts: Option<Arc<dyn AlertBook>>,
}
