//! Conformance suite of [`EventLog`](odd_core::ports::EventLog).

mod history;
mod queries;
mod read;

use super::{Check, StoreFixture};

/// The checks of the suite, by topic.
pub const THEMES: &[&[Check<StoreFixture>]] = &[read::CHECKS, history::CHECKS, queries::CHECKS];
