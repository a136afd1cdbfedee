//! Whether a contract set is sound in itself: everything named, versioned, registered and resolvable, and
//! every fixture judged as its folder says.

mod documents;
mod fixtures;
mod links;
mod register;
mod report;
mod round_trip;

use std::path::Path;

pub use report::{Counts, Finding, Report, Rule};

use crate::{ContractSet, LoadError};

/// Checks the contracts directory `dir`.
///
/// # Errors
/// When it cannot be read. What is wrong with the contracts is in the report.
pub fn check(dir: &Path) -> Result<Report, LoadError> {
    Ok(check_set(&ContractSet::from_dir(dir)?))
}

/// Checks a contract set.
pub fn check_set(set: &ContractSet) -> Report {
    let mut report = Report::default();
    documents::check(set, &mut report);
    register::check(set, &mut report);
    links::check(set, &mut report);
    fixtures::check(set, &mut report);
    report
}
