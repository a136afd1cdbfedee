//! Builders, private stores and the conformance suites. Only ever a dev-dependency.
//!
//! Entry points: [`sqlite_store`] for a store of one's own, [`conformance`] for what every adapter must pass.

pub mod build;
pub mod conformance;
mod sqlite;

pub use sqlite::{TestStore, producers, sqlite_store, sqlite_store_with};
