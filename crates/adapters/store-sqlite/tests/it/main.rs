//! The conformance suites, rollbacks and restarts of the store.

mod conformance;
mod restart;
mod rollback;
