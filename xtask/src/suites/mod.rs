//! The suites of `cargo xtask test`: each runs, shows its output, and says how many checks passed.

pub(crate) mod cluster;
pub(crate) mod mutant;
pub(crate) mod referee;
pub(crate) mod referee_cluster;
pub(crate) mod rust;
pub(crate) mod schemathesis;
