//! What every [`JobStore`](odd_core::ports::JobStore), with its [`JobReader`](odd_core::ports::JobReader) and
//! [`EventLog`](odd_core::ports::EventLog), must do.

mod admission;
mod claims;
mod commands;
mod crowds;
mod dead_letters;
mod due;
mod finishing;
mod hints;
mod leases;
mod listing;
mod pruning;
mod repeats;
mod search;
mod speech;
mod submission;
mod surroundings;
mod unique_keys;
mod waiting_claims;

use super::{Check, StoreFixture};

/// The suite, by theme.
pub const THEMES: &[&[Check<StoreFixture>]] = &[
    submission::CHECKS,
    repeats::CHECKS,
    unique_keys::CHECKS,
    claims::CHECKS,
    waiting_claims::CHECKS,
    admission::CHECKS,
    finishing::CHECKS,
    leases::CHECKS,
    due::CHECKS,
    commands::CHECKS,
    dead_letters::CHECKS,
    hints::CHECKS,
    speech::CHECKS,
    pruning::CHECKS,
    listing::CHECKS,
    search::CHECKS,
    surroundings::CHECKS,
    crowds::CHECKS,
];
