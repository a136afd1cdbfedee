//! Conformance suite of [`Views`](odd_core::ports::Views).

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
    /// Resources that must live as long as the views.
    pub keep: Box<dyn Any + Send + Sync>,
}

/// The checks of the suite, by topic.
pub const THEMES: &[&[Check<ViewsFixture>]] = &[
    folding::CHECKS,
    counts::CHECKS,
    buckets::CHECKS,
    digests::CHECKS,
];
