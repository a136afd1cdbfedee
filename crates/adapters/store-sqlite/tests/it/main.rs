//! The conformance suites, rollbacks and restarts of the store.

mod clock;
mod conformance;
mod data_file;
mod fixture;
mod lists;
mod restart;
mod rollback;
