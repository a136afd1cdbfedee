//! Conformance suite of [`Archive`](odd_core::ports::Archive).

mod digests;
mod events;
mod fixture;
mod jobs;
mod keeping;
mod searching;

pub use fixture::ArchiveFixture;

use super::Check;

/// The checks of the suite, by topic.
pub const THEMES: &[&[Check<ArchiveFixture>]] = &[
    keeping::CHECKS,
    events::CHECKS,
    jobs::CHECKS,
    searching::CHECKS,
    digests::CHECKS,
];
