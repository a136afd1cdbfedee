use std::sync::Arc;

use odd_core::ports::EventBus;

use crate::conformance::StoreFixture;

/// A bus and the store whose commits it publishes.
pub struct BusFixture {
    /// The bus.
    pub bus: Arc<dyn EventBus>,
    /// The store, initially empty.
    pub store: StoreFixture,
}
