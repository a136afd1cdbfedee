//! Conformance suite of [`JobStore`](odd_core::ports::JobStore) with its [`JobReader`](odd_core::ports::JobReader) and
//! [`EventLog`](odd_core::ports::EventLog).

mod admission;
mod attempts;
mod auxiliary;
mod claim_order;
mod claims;
mod clock_jumps;
mod commands;
mod concurrency;
mod dead_letters;
mod exclusions;
mod failures;
mod hints;
mod id_parts;
mod leases;
mod lists;
mod measures;
mod progress;
mod promotion;
mod pruning;
mod repeated_submissions;
mod results;
mod search;
mod submission;
mod totals;
mod traces;
mod unique_keys;
mod waiting_claims;
mod workers;

use super::{Check, StoreFixture};

/// The checks of the suite, by topic.
pub const THEMES: &[&[Check<StoreFixture>]] = &[
    submission::CHECKS,
    repeated_submissions::CHECKS,
    unique_keys::CHECKS,
    claims::CHECKS,
    claim_order::CHECKS,
    waiting_claims::CHECKS,
    admission::CHECKS,
    results::CHECKS,
    leases::CHECKS,
    promotion::CHECKS,
    clock_jumps::CHECKS,
    commands::CHECKS,
    dead_letters::CHECKS,
    failures::CHECKS,
    hints::CHECKS,
    progress::CHECKS,
    attempts::CHECKS,
    pruning::CHECKS,
    lists::CHECKS,
    exclusions::CHECKS,
    id_parts::CHECKS,
    search::CHECKS,
    auxiliary::CHECKS,
    workers::CHECKS,
    measures::CHECKS,
    totals::CHECKS,
    concurrency::CHECKS,
    traces::CHECKS,
];
