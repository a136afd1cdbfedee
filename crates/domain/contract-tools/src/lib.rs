//! Tools for people who change contracts: a check of the documents under `contracts/`, and a comparison of two
//! revisions that finds the version bump each schema needs.
//!
//! Only the command line (`odd-dashboard contracts`) and tests use this crate. No store, worker or service depends on
//! it. It does no I/O except reading a contracts directory.
//!
//! Entry points: [`ContractSet`] to load a directory or a revision, then [`check::check_set`] or [`compat::compat`].

mod bump;
pub mod check;
pub mod compat;
mod contract_set;
mod expression;
mod metric_families;
mod references;

pub use bump::{Bump, InvalidVersion, parse_version};
pub use contract_set::{ContractSet, LoadError};
