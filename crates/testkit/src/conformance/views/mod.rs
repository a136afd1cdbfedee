//! Conformance suite of [`Views`](odd_core::ports::Views).

mod aggregation;
mod buckets;
mod counts;
mod digests;
mod failures;
mod fixture;
pub(in crate::conformance) mod recorded;

use super::Check;

pub use fixture::ViewsFixture;
pub use recorded::busy_days;

/// The checks of the suite, by topic.
pub const THEMES: &[&[Check<ViewsFixture>]] = &[
    aggregation::CHECKS,
    counts::CHECKS,
    buckets::CHECKS,
    digests::CHECKS,
    failures::CHECKS,
];
