//! Conformance suite of [`Archive`](odd_core::ports::Archive).

mod digests;
mod events;
mod fixture;
mod jobs;
mod search;
mod storage;

pub use fixture::ArchiveFixture;

use super::Check;

/// The checks of the suite, by topic.
pub const THEMES: &[&[Check<ArchiveFixture>]] = &[
    storage::CHECKS,
    events::CHECKS,
    jobs::CHECKS,
    search::CHECKS,
    digests::CHECKS,
];
