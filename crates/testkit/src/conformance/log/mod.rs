//! What every [`EventLog`](odd_core::ports::EventLog) must do.

mod history;
mod paging;
mod reading;

use super::{Check, StoreFixture};

/// The suite, by theme.
pub const THEMES: &[&[Check<StoreFixture>]] = &[reading::CHECKS, history::CHECKS, paging::CHECKS];
