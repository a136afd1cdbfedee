//! Conformance suite of [`EventBus`](odd_core::ports::EventBus), with a store that commits the events.

mod following;

use std::sync::Arc;

use odd_core::ports::EventBus;

use super::{Check, StoreFixture};

/// A bus and the store whose commits it publishes.
pub struct BusFixture {
    /// The bus.
    pub bus: Arc<dyn EventBus>,
    /// The store, initially empty.
    pub store: StoreFixture,
}

/// The checks of the suite, by topic.
pub const THEMES: &[&[Check<BusFixture>]] = &[following::CHECKS];
