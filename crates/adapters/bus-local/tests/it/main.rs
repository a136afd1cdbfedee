//! The conformance suite of the bus, and tests of its bounded memory.

mod bounded;
mod conformance;
