//! Conformance suite of [`EventLog`](odd_core::ports::EventLog).

mod history;
mod paging;
mod reading;

use super::{Check, StoreFixture};

/// The checks of the suite, by topic.
pub const THEMES: &[&[Check<StoreFixture>]] = &[reading::CHECKS, history::CHECKS, paging::CHECKS];
