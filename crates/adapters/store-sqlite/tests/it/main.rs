//! The store against the conformance suite, and what is its own.

mod conformance;
mod failing;
mod reopening;
