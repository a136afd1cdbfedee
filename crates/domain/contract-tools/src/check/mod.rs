//! Checks that a contract set is consistent: every document has its id, version and row in the register, every reference
//! has a target, every fixture gets the verdict that its folder prescribes, and alert rules name metrics that exist.

mod alert_rules;
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
/// When it cannot be read. Errors in the contracts are in the report.
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
    alert_rules::check(set, &mut report);
    report
}
