//! What every [`EventBus`](odd_core::ports::EventBus) must do, with a store that feeds it.

mod following;

use std::sync::Arc;

use odd_core::ports::EventBus;

use super::{Check, StoreFixture};

/// A bus and the store whose commits it carries.
pub struct BusFixture {
    /// The bus.
    pub bus: Arc<dyn EventBus>,
    /// The store, empty so far.
    pub store: StoreFixture,
}

/// The suite, by theme.
pub const THEMES: &[&[Check<BusFixture>]] = &[following::CHECKS];
