//! The suites of `cargo xtask test`. Each prints its output and returns how many checks passed.

pub(crate) mod cluster;
pub(crate) mod containers;
pub(crate) mod grafana_schema;
pub(crate) mod installers;
pub(crate) mod kubernetes;
pub(crate) mod kubernetes_kind;
pub(crate) mod kubernetes_node;
mod kubernetes_observatory;
mod kubernetes_refusals;
mod kubernetes_variants;
pub(crate) mod monitoring;
pub(crate) mod mutant;
pub(crate) mod older;
pub(crate) mod referee;
pub(crate) mod referee_cluster;
pub(crate) mod restart;
pub(crate) mod rust;
pub(crate) mod schemathesis;
mod scraped;
pub(crate) mod web;
mod webhook;

/// The folder of the crash referee in the repository.
const REFEREE_FOLDER: &str = "tests/referee";
