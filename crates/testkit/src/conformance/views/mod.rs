//! What every [`Views`](odd_core::ports::Views) must do.

mod buckets;
mod counts;
mod digests;
mod folding;
pub(in crate::conformance) mod recorded;

use std::any::Any;
use std::sync::Arc;

use odd_core::ports::Views;

use super::Check;

pub use recorded::busy_days;

/// Empty views.
pub struct ViewsFixture {
    /// The views.
    pub views: Arc<dyn Views>,
    /// Whatever must live as long as they do.
    pub keep: Box<dyn Any + Send + Sync>,
}

/// The suite, by theme.
pub const THEMES: &[&[Check<ViewsFixture>]] = &[
    folding::CHECKS,
    counts::CHECKS,
    buckets::CHECKS,
    digests::CHECKS,
];
