//! The views against the conformance suite, and what is their own.

mod conformance;
mod rebuilding;
mod reopening;
