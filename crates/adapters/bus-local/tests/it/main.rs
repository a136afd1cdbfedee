//! The bus against the conformance suite, and what is its own.

mod bounded;
mod conformance;
