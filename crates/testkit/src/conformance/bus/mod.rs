//! Conformance suite of [`EventBus`](odd_core::ports::EventBus), with a store that commits the events.

mod fixture;
mod subscription;

pub use fixture::BusFixture;

use super::Check;

/// The checks of the suite, by topic.
pub const THEMES: &[&[Check<BusFixture>]] = &[subscription::CHECKS];
